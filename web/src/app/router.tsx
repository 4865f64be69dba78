import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { accountPages, accountVisitorPages } from '@/features/account/routes'
import { companiesRoutes } from '@/features/companies/routes'
import { inboxRoutes } from '@/features/inbox/routes'
import { telegramRoutes } from '@/features/telegram/routes'
import { sessionQuery } from '@/shared/auth/session'
import { appLayout, publicLayout, rootRoute } from '@/shared/routing/layouts'
import { PageSkeleton } from '@/shared/ui/skeletons'
import { PageError } from './PageError'
import { VisitorFrame } from './VisitorFrame'

// Loads beside the session and the page, and never for a visitor.
appLayout.update({
  component: lazyRouteComponent(() => import('./shell/AppShell'), 'AppShell'),
})

publicLayout.update({
  component: () => (
    <VisitorFrame>
      <Outlet />
    </VisitorFrame>
  ),
})

// Until there is a dashboard, the day starts in the inbox.
const home = createRoute({
  getParentRoute: () => appLayout,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox', replace: true })
  },
})

const unknown = createRoute({
  getParentRoute: () => rootRoute,
  path: '$',
  beforeLoad: ({ context }) => context.queryClient.ensureQueryData(sessionQuery).catch(() => null),
  component: lazyRouteComponent(() => import('./NotFound'), 'NotFound'),
})

const routeTree = rootRoute.addChildren([
  appLayout.addChildren([home, ...inboxRoutes, ...telegramRoutes, ...companiesRoutes, ...accountPages]),
  publicLayout.addChildren([...accountVisitorPages]),
  unknown,
])

export function newRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: PageSkeleton,
    defaultPendingMs: 100,
    defaultPendingMinMs: 150,
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: lazyRouteComponent(() => import('./NotFound'), 'NotFound'),
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>
  }
}
