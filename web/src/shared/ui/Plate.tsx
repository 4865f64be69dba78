import { UnstyledButton } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import c from './Plate.module.css'

interface PlateProps {
  /** Code of a lead or a request, a VIN, an address of a bot. */
  code: string
  /** What is copied when it differs from what is read. */
  copies?: string
  size?: 'sm' | 'md'
}

/** The product's signature: a code as a small number plate. A click copies it. */
export function Plate({ code, copies, size = 'sm' }: PlateProps) {
  const { t } = useTranslation()
  const clipboard = useClipboard({ timeout: 1_600 })
  return (
    <UnstyledButton
      className={c.plate ?? ''}
      data-size={size}
      data-copied={clipboard.copied || undefined}
      title={t('plate.copy', { code })}
      aria-label={t('plate.copy', { code })}
      onClick={(event: React.MouseEvent) => {
        event.stopPropagation()
        clipboard.copy(copies ?? code)
      }}
    >
      <span className={c.strip} aria-hidden="true" />
      <span className={c.code}>{code}</span>
      <span className="visually-hidden" aria-live="polite">
        {clipboard.copied ? t('plate.copied', { code }) : ''}
      </span>
    </UnstyledButton>
  )
}
