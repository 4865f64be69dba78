import { queryOptions, useQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { currentCompany, keepCompany } from '../api/company'
import { ApiError } from '../api/problem'
import type { Session } from '../api/types'

/** Who is signed in and where; null for a visitor. Every other query may assume that it is loaded. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 5 * 60_000,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await readSession()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.kind === 'unauthorized') return null
      // This tab remembers a company that the person has left: take the one the session names.
      if (currentCompany() && (error.kind === 'forbidden' || error.kind === 'not_found')) {
        keepCompany(null)
        return await readSession()
      }
      throw error
    }
  },
})

async function readSession(): Promise<Session> {
  const session = await answer(api.GET('/api/session'))
  keepCompany(session.workspace?.id ?? null)
  return session
}

/** The session inside the guarded part of the app, where there always is one. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery)
  if (!data) throw new Error('useSession outside of the signed-in part of the app')
  return data
}

/** Whether the server will allow it. The page still shows what it refuses, with the reason. */
export function useCan(permission: string): boolean {
  const { data } = useQuery(sessionQuery)
  return (data?.user.is_super_admin ?? false) || (data?.workspace?.permissions ?? []).includes(permission)
}

/** Where to go after signing in: a path of this app, never another site. */
export function safeNext(next: string | undefined): string {
  if (!next?.startsWith('/') || next.startsWith('//') || next.includes('\\') || /\p{Cc}/u.test(next))
    return '/'
  return next
}
