import { Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { modules } from '../modules'
import { CompanySwitcher } from './CompanySwitcher'
import c from './SideNav.module.css'

export function SideNav() {
  const { t } = useTranslation()
  const isRail = useMediaQuery('(max-width: 68em)') ?? false
  const links = (group: 'work' | 'settings') =>
    modules
      .filter((module) => module.group === group)
      .map((module) => (
        <Tooltip key={module.id} label={t(module.label)} position="right" disabled={!isRail}>
          <Link to={module.to} className={c.link ?? ''} preload="intent">
            <module.icon size={18} stroke={1.5} aria-hidden="true" />
            <span className={c.label}>{t(module.label)}</span>
          </Link>
        </Tooltip>
      ))
  return (
    <nav className={c.nav} aria-label={t('nav.label')}>
      <div className={c.company}>
        <CompanySwitcher isCompact={isRail} />
      </div>
      <div className={c.links}>{links('work')}</div>
      <div className={c.links} data-last>
        <p className={c.group}>{t('nav.settings')}</p>
        {links('settings')}
      </div>
    </nav>
  )
}
