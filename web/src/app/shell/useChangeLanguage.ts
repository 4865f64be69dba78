import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { answer, api } from '@/shared/api/client'
import { sessionQuery } from '@/shared/auth/session'
import { type Language, setLanguage } from '@/shared/i18n'

/** The page changes at once; the account keeps it for other browsers and for letters. */
export function useChangeLanguage(): (language: Language) => void {
  const queryClient = useQueryClient()
  const { mutate } = useMutation({
    mutationFn: (language: Language) => answer(api.PATCH('/api/profile', { body: { language } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  })
  return useCallback(
    (language) => {
      // The guard compares the page with the session on every step: both change together.
      queryClient.setQueryData(
        sessionQuery.queryKey,
        (session) => session && { ...session, user: { ...session.user, language } },
      )
      void setLanguage(language)
      mutate(language)
    },
    [mutate, queryClient],
  )
}
