import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod/mini'
import { needs } from '@/shared/i18n'
import { appLayout } from '@/shared/routing/layouts'
import type texts from './locales/en.json'
import { tabs } from './tabs'

declare module '@/shared/i18n' {
  interface Resources {
    telegram: typeof texts
  }
}

const telegram = createRoute({
  getParentRoute: () => appLayout,
  path: '/telegram',
  validateSearch: z.object({
    bot: z.optional(z.catch(z.string(), '')),
    tab: z.optional(z.catch(z.enum(tabs), 'OVERVIEW')),
  }),
  // The names of rights are among the texts of the roles page.
  loader: needs('telegram', 'account'),
  component: lazyRouteComponent(() => import('./TelegramPage'), 'TelegramPage'),
})

export const telegramRoutes = [telegram] as const
