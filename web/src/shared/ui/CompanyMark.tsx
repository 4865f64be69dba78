import { initials } from '../lib/format'
import { inkOn } from '../theme/contrast'
import c from './CompanyMark.module.css'

interface CompanyMarkProps {
  name: string
  color: string
  logoUrl?: string | undefined
  size?: number
}

/** The company's logo, or its initials on its own colour. Decorative: the name stands beside it. */
export function CompanyMark({ name, color, logoUrl, size = 28 }: CompanyMarkProps) {
  if (logoUrl) {
    return <img className={c.mark} src={logoUrl} width={size} height={size} alt="" />
  }
  const background = /^#[0-9a-f]{6}$/i.test(color) ? color : 'var(--app-petrol)'
  const ink = /^#[0-9a-f]{6}$/i.test(color) ? inkOn(color) : 'var(--app-on-petrol)'
  return (
    <span
      className={c.mark}
      aria-hidden="true"
      style={{ width: size, height: size, fontSize: size * 0.4, background, color: ink }}
    >
      {initials(name)}
    </span>
  )
}
