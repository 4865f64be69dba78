import type { ReactNode } from 'react'
import c from './Section.module.css'

interface SectionProps {
  title: string
  action?: ReactNode
  children: ReactNode
}

export function Section({ title, action, children }: SectionProps) {
  return (
    <section className={c.section}>
      <div className={c.head}>
        <h3 className={c.title}>{title}</h3>
        {action}
      </div>
      {children}
    </section>
  )
}
