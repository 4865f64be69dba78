import { Drawer, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDots } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useIsPhone } from '@/shared/lib/useIsPhone'
import { modules } from '../modules'
import c from './BottomBar.module.css'
import { LanguageMenu } from './LanguageMenu'
import { ThemeMenu } from './ThemeMenu'

const inBar = modules.filter((module) => module.isPhone).slice(0, 4)
const behindMore = modules.filter((module) => !inBar.includes(module))

/** Navigation under the thumb, on phones only. */
export function BottomBar() {
  const { t } = useTranslation()
  const isPhone = useIsPhone()
  const [opened, { open, close }] = useDisclosure(false)
  if (!isPhone) return null
  return (
    <nav className={c.bar} aria-label={t('nav.label')}>
      {inBar.map((module) => (
        <Link key={module.id} to={module.to} className={c.item ?? ''}>
          <module.icon size={22} stroke={1.5} aria-hidden="true" />
          {t(module.label)}
        </Link>
      ))}
      <UnstyledButton className={c.item ?? ''} onClick={open} aria-haspopup="dialog">
        <IconDots size={22} stroke={1.5} aria-hidden="true" />
        {t('nav.more')}
      </UnstyledButton>
      <Drawer
        opened={opened}
        onClose={close}
        position="bottom"
        size="auto"
        title={t('nav.more')}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {behindMore.map((module) => (
          <Link key={module.id} to={module.to} className={c.row ?? ''} onClick={close}>
            <module.icon size={20} stroke={1.5} aria-hidden="true" />
            {t(module.label)}
          </Link>
        ))}
        <div className={c.settings}>
          <LanguageMenu />
          <ThemeMenu />
        </div>
      </Drawer>
    </nav>
  )
}
