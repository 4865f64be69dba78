import { ActionIcon } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '../lib/usePageTitle'
import c from './PageHeader.module.css'

interface PageHeaderProps {
  title: string
  /** One line under the title. */
  text?: ReactNode
  actions?: ReactNode
  onBack?: () => void
}

/** The heading of a page; it names the tab too. */
export function PageHeader({ title, text, actions, onBack }: PageHeaderProps) {
  const { t } = useTranslation()
  usePageTitle(title)
  return (
    <div className={c.header}>
      {onBack && (
        <ActionIcon aria-label={t('action.back')} onClick={onBack} className={c.back ?? ''}>
          <IconArrowLeft size={18} stroke={1.5} />
        </ActionIcon>
      )}
      <div className={c.words}>
        <h1 className={c.title}>{title}</h1>
        {text && <p className={c.text}>{text}</p>}
      </div>
      {actions && <div className={c.actions}>{actions}</div>}
    </div>
  )
}
