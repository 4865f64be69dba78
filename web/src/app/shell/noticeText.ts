import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Notification } from '@/shared/api/types'

type LooseT = (key: string, options: Record<string, string>) => string

/**
 * The words of a notification: `notice.<kind>` with its parameters (dots in the kind become underscores).
 * A kind that this version does not know yet is still shown, as a plain "something new".
 */
export function useNoticeText(): (item: Pick<Notification, 'kind' | 'params'>) => string {
  const { t } = useTranslation()
  return useCallback(
    (item) => {
      const loose = t as unknown as LooseT
      const key = item.kind.replaceAll('.', '_')
      return loose(`notice.${key}`, { ...item.params, defaultValue: t('notice.unknown') })
    },
    [t],
  )
}
