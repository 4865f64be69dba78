import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'
import { keepCompany } from '@/shared/api/company'
import type { Session } from '@/shared/api/types'
import { safeNext, sessionQuery } from '@/shared/auth/session'

/** Puts a fresh session in place of whatever was before, and goes on into the app. */
export function useEnter(): (session: Session, next?: string) => Promise<void> {
  const queryClient = useQueryClient()
  const router = useRouter()
  return useCallback(
    async (session, next) => {
      queryClient.clear()
      keepCompany(session.workspace?.id ?? null)
      queryClient.setQueryData(sessionQuery.queryKey, session)
      await router.navigate({ href: safeNext(next), replace: true })
    },
    [queryClient, router],
  )
}
