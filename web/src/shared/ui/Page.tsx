import type { ReactNode } from 'react'
import c from './Page.module.css'

/** The scrolling body of an ordinary page. The inbox and the canvas bring their own layout. */
export function Page({ children, width = 'wide' }: { children: ReactNode; width?: 'wide' | 'reading' }) {
  return (
    <div className={c.page}>
      <div className={c.body} data-width={width}>
        {children}
      </div>
    </div>
  )
}
