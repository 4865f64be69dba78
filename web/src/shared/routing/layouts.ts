import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router'
import { sessionQuery } from '../auth/session'
import { i18n, setLanguage } from '../i18n'

export interface RouterContext {
  queryClient: QueryClient
}

/** Parent of everything. Components of the layouts are set in app/, which alone knows what is around a page. */
export const rootRoute = createRootRouteWithContext<RouterContext>()()

/** Parent of the pages for signed-in people: the shell with navigation, behind the guard. */
export const appLayout = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery)
    if (!session) throw redirect({ to: '/login', search: { next: location.href } })
    if (session.user.language !== i18n.language) await setLanguage(session.user.language)
  },
})

/** Parent of the pages that anyone may open: sign in, invitations, resets. */
export const publicLayout = createRoute({ getParentRoute: () => rootRoute, id: 'public' })
