import type { ReactNode } from 'react'
import { Drawing, type DrawingName } from './Drawing'
import c from './states.module.css'

interface EmptyStateProps {
  drawing: DrawingName
  /** One line: what will be here. */
  title: string
  text?: string
  /** One action. */
  action?: ReactNode
}

export function EmptyState({ drawing, title, text, action }: EmptyStateProps) {
  return (
    <div className={c.state}>
      <Drawing name={drawing} />
      <p className={c.title}>{title}</p>
      {text && <p className={c.text}>{text}</p>}
      {action && <div className={c.action}>{action}</div>}
    </div>
  )
}
