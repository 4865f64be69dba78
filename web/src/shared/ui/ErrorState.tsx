import { Button } from '@mantine/core'
import { IconReload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { toApiError } from '../api/problem'
import { sentenceOf } from '../api/sentence'
import { Drawing } from './Drawing'
import { Plate } from './Plate'
import c from './states.module.css'

interface ErrorStateProps {
  error: unknown
  onReload: () => void
  /** Replaces the sentence that follows from the error. */
  sentence?: string
  /** Under which number the server keeps it, when the error itself does not know. */
  requestId?: string
}

/** What happened, what to do, and a number to quote. */
export function ErrorState({ error, onReload, sentence, requestId }: ErrorStateProps) {
  const { t, i18n } = useTranslation()
  const number = toApiError(error).requestId || requestId
  return (
    <div className={c.state} role="alert">
      <Drawing name="engine" />
      <p className={c.title}>{t('error.title')}</p>
      <p className={c.text}>{sentence ?? sentenceOf(error, t, i18n.language)}</p>
      <div className={c.action}>
        <Button variant="default" leftSection={<IconReload size={16} stroke={1.5} />} onClick={onReload}>
          {t('action.reload')}
        </Button>
      </div>
      {number && (
        <div className={c.number}>
          {t('error.number')} <Plate code={number} />
        </div>
      )}
    </div>
  )
}
