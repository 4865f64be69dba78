import type { ReactNode } from 'react'
import c from './Panel.module.css'

interface PanelProps {
  title: string
  text?: ReactNode
  actions?: ReactNode
  children?: ReactNode
}

/** One topic of a page: a heading and what belongs to it, divided by a line. */
export function Panel({ title, text, actions, children }: PanelProps) {
  return (
    <section className={c.panel}>
      <div className={c.head}>
        <div className={c.words}>
          <h2 className={c.title}>{title}</h2>
          {text && <p className={c.text}>{text}</p>}
        </div>
        {actions}
      </div>
      {children && <div className={c.body}>{children}</div>}
    </section>
  )
}
