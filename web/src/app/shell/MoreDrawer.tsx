import { Drawer } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Module } from '../modules'
import c from './BottomBar.module.css'
import { LanguageMenu } from './LanguageMenu'
import { ThemeMenu } from './ThemeMenu'

interface MoreDrawerProps {
  modules: readonly Module[]
  opened: boolean
  onClose: () => void
}

export function MoreDrawer({ modules, opened, onClose }: MoreDrawerProps) {
  const { t } = useTranslation()
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="bottom"
      title={t('nav.more')}
      classNames={{ content: c.sheet ?? '' }}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {modules.map((module) => (
        <Link key={module.id} to={module.to} className={c.row ?? ''} onClick={onClose}>
          <module.icon size={20} stroke={1.5} aria-hidden="true" />
          {t(module.label)}
        </Link>
      ))}
      <div className={c.settings}>
        <LanguageMenu />
        <ThemeMenu />
      </div>
    </Drawer>
  )
}
