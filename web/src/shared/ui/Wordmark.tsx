import c from './Wordmark.module.css'

/** The name of the product, set as a number plate. */
export function Wordmark({ size = 'md' }: { size?: 'sm' | 'md' | 'lg' }) {
  return (
    <span className={c.wordmark} data-size={size}>
      <span className={c.strip} aria-hidden="true" />
      <span className={c.name}>Cartie</span>
    </span>
  )
}
