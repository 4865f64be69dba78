import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { needs } from '@/shared/i18n'
import { appLayout } from '@/shared/routing/layouts'
import type texts from './locales/en.json'

declare module '@/shared/i18n' {
  interface Resources {
    inbox: typeof texts
  }
}

const inbox = createRoute({
  getParentRoute: () => appLayout,
  path: '/inbox',
  loader: needs('inbox'),
  component: lazyRouteComponent(() => import('./InboxPage'), 'InboxPage'),
})

export const inboxRoutes = [inbox] as const
