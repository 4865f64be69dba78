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
  /** When it is the whole page, its title is the heading of the page. */
  isPage?: boolean
}

export function EmptyState({ drawing, title, text, action, isPage = false }: EmptyStateProps) {
  const Title = isPage ? 'h1' : 'p'
  return (
    <div className={c.state}>
      <Drawing name={drawing} />
      <Title className={c.title}>{title}</Title>
      {text && <p className={c.text}>{text}</p>}
      {action && <div className={c.action}>{action}</div>}
    </div>
  )
}
