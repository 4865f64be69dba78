import { useMutation } from '@tanstack/react-query'
import { useCallback } from 'react'
import { answer, api } from '@/shared/api/client'
import { currentCompany, keepCompany } from '@/shared/api/company'

/** Everything on the page belongs to one company, so a switch starts the app anew at its first page. */
export function useSwitchCompany(): (id: string) => void {
  const { mutate } = useMutation({
    mutationFn: (id: string) => answer(api.POST('/api/session/workspace', { body: { workspace_id: id } })),
    onSuccess: (_session, id) => {
      keepCompany(id)
      window.location.assign('/')
    },
  })
  return useCallback(
    (id) => {
      if (id !== currentCompany()) mutate(id)
    },
    [mutate],
  )
}
