import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { toApiError } from '../api/problem'
import { sentenceOf } from '../api/sentence'

interface FormErrorProps {
  error: unknown
  /** Replaces the sentence that follows from the error. */
  sentence?: string | undefined
  /** Where the feature keeps its `problem.<code>` sentences. */
  namespace?: string
}

/** Why the form was not accepted; nothing when the fields themselves say it. */
export function FormError({ error, sentence, namespace }: FormErrorProps) {
  const { t, i18n } = useTranslation()
  const isAtFields = Object.keys(toApiError(error).fields).length > 0
  if (!error || isAtFields) return null
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle size={18} stroke={1.5} />}>
      {sentence ?? sentenceOf(error, t, i18n.language, namespace)}
    </Alert>
  )
}
