import { useMutation } from '@tanstack/react-query'
import { useCallback } from 'react'
import { answer, api } from '@/shared/api/client'
import { keepCompany } from '@/shared/api/company'

/** Leaves nothing of the last person in memory: the page starts anew. */
export function useSignOut(): () => void {
  const { mutate } = useMutation({
    mutationFn: () => answer(api.DELETE('/api/session')),
    onSuccess: () => {
      keepCompany(null)
      window.location.assign('/login')
    },
  })
  return useCallback(() => mutate(), [mutate])
}
