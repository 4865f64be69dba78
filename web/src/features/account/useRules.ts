import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { isEmail, isLongEnough } from './model'

/** The checks of the fields on these pages, in the words of the page. */
export function useRules() {
  const { t } = useTranslation('account')
  return useMemo(
    () => ({
      filled: (value: string) => (value.trim() ? null : t('field.required')),
      email: (value: string) => (isEmail(value) ? null : t('field.email')),
      password: (value: string) => (isLongEnough(value) ? null : t('field.passwordShort')),
    }),
    [t],
  )
}
