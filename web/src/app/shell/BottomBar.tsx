import { UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDots } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useIsPhone } from '@/shared/lib/useIsPhone'
import { modules } from '../modules'
import c from './BottomBar.module.css'

const MoreDrawer = lazy(() => import('./MoreDrawer').then(({ MoreDrawer }) => ({ default: MoreDrawer })))

const inBar = modules.filter((module) => module.isPhone).slice(0, 4)
const behindMore = modules.filter((module) => !inBar.includes(module))

/** Navigation under the thumb, on phones only. */
export function BottomBar() {
  const { t } = useTranslation()
  const isPhone = useIsPhone()
  const [opened, { open, close }] = useDisclosure(false)
  const [wasOpened, setWasOpened] = useState(false)
  if (!isPhone) return null
  return (
    <nav className={c.bar} aria-label={t('nav.label')}>
      {inBar.map((module) => (
        <Link key={module.id} to={module.to} className={c.item ?? ''}>
          <module.icon size={22} stroke={1.5} aria-hidden="true" />
          {t(module.label)}
        </Link>
      ))}
      <UnstyledButton
        className={c.item ?? ''}
        onClick={() => {
          setWasOpened(true)
          open()
        }}
        aria-haspopup="dialog"
      >
        <IconDots size={22} stroke={1.5} aria-hidden="true" />
        {t('nav.more')}
      </UnstyledButton>
      {wasOpened && (
        <Suspense>
          <MoreDrawer modules={behindMore} opened={opened} onClose={close} />
        </Suspense>
      )}
    </nav>
  )
}
