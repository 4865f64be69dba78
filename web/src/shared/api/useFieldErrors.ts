import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldSentences } from './sentence'

/** For a mutation of a form: `onError: (error) => form.setErrors(fieldErrors(error))`. */
export function useFieldErrors(namespace?: string): (error: unknown) => Record<string, string> {
  const { t, i18n } = useTranslation()
  return useCallback(
    (error) => fieldSentences(error, t, i18n.language, namespace),
    [t, i18n.language, namespace],
  )
}
