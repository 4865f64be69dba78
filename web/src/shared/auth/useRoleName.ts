import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

type LooseT = (key: string, options: { defaultValue: string }) => string

/** The name of a role; a role that this version does not know keeps its identifier. */
export function useRoleName(): (role: string) => string {
  const { t } = useTranslation()
  return useCallback((role) => (t as unknown as LooseT)(`role.${role}`, { defaultValue: role }), [t])
}
