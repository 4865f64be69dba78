import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod/mini'
import { needs } from '@/shared/i18n'
import { appLayout } from '@/shared/routing/layouts'
import type texts from './locales/en.json'

declare module '@/shared/i18n' {
  interface Resources {
    inbox: typeof texts
  }
}

const lenient = <T extends z.ZodMiniType>(type: T) => z.catch(z.optional(type), undefined)

/** What stands in the address: a filter, the open conversation, and whether it shows all of the contact's chats. */
const search = z.object({
  view: lenient(z.enum(['all', 'mine', 'unassigned'])),
  bot: lenient(z.string()),
  status: lenient(z.enum(['open', 'closed'])),
  unread: lenient(z.boolean()),
  // The router reads `?q=2107` as a number.
  q: lenient(z.coerce.string()),
  chat: lenient(z.string()),
  timeline: lenient(z.boolean()),
})

export type InboxSearch = z.infer<typeof search>

export const inboxRoute = createRoute({
  getParentRoute: () => appLayout,
  path: '/inbox',
  validateSearch: search,
  loader: needs('inbox'),
  component: lazyRouteComponent(() => import('./InboxPage'), 'InboxPage'),
})

export const inboxRoutes = [inboxRoute] as const
