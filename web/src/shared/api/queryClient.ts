import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, isTransient } from './problem'

declare module '@tanstack/react-query' {
  interface Register {
    /** `quiet`: the caller shows the error itself (a form); otherwise a toast does. */
    mutationMeta: { quiet?: boolean }
  }
}

export interface QueryHooks {
  /** The session ended while the page was open. */
  onSignedOut: () => void
  /** A change failed and nobody said that they show it themselves. */
  onMutationError: (error: unknown) => void
}

export function newQueryClient(hooks: QueryHooks): QueryClient {
  const signedOut = (error: unknown) => {
    if (error instanceof ApiError && error.kind === 'unauthorized') hooks.onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => query.queryKey[0] !== 'session' && signedOut(error),
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (mutation.meta?.quiet) return
        signedOut(error)
        hooks.onMutationError(error)
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < 2 && isTransient(error),
        refetchOnReconnect: true,
        refetchOnWindowFocus: true,
      },
      // Offline is an error to see at once, not a promise to send later.
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}
