import { ActionIcon, Kbd, Tooltip, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useIsPhone } from '@/shared/lib/useIsPhone'
import { Bell } from './Bell'
import { CompanySwitcher } from './CompanySwitcher'
import c from './Header.module.css'
import { LanguageMenu } from './LanguageMenu'
import { ProfileMenu } from './ProfileMenu'
import { ThemeMenu } from './ThemeMenu'

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent)

export function Header() {
  const { t } = useTranslation()
  const isPhone = useIsPhone()
  return (
    <section className={c.header} aria-label={t('shell.tools')}>
      {isPhone ? (
        <>
          <div className={c.company}>
            <CompanySwitcher />
          </div>
          <Tooltip label={t('shell.search')}>
            <ActionIcon size={40} aria-label={t('shell.search')} onClick={() => spotlight.open()}>
              <IconSearch size={20} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        </>
      ) : (
        <>
          <UnstyledButton className={c.search ?? ''} onClick={() => spotlight.open()}>
            <IconSearch size={16} stroke={1.5} aria-hidden="true" />
            <span className={c.words}>{t('shell.search')}</span>
            <Kbd size="xs">{isApple ? '⌘ K' : 'Ctrl K'}</Kbd>
          </UnstyledButton>
          <div className={c.space} />
          <LanguageMenu />
          <ThemeMenu />
        </>
      )}
      <Bell />
      <ProfileMenu />
    </section>
  )
}
