import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute } from '@tanstack/react-router'

export interface RouterContext {
  queryClient: QueryClient
}

/** Parent of everything. Its component is set in app/, which alone knows what is around a page. */
export const rootRoute = createRootRouteWithContext<RouterContext>()()

/** Parent of the pages for signed-in people: the shell with navigation, behind the guard. */
export const appLayout = createRoute({ getParentRoute: () => rootRoute, id: 'app' })

/** Parent of the pages that anyone may open: sign in, invitations, resets. */
export const publicLayout = createRoute({ getParentRoute: () => rootRoute, id: 'public' })
