import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { needs } from '@/shared/i18n'
import { appLayout } from '@/shared/routing/layouts'
import type texts from './locales/en.json'

declare module '@/shared/i18n' {
  interface Resources {
    telegram: typeof texts
  }
}

const telegram = createRoute({
  getParentRoute: () => appLayout,
  path: '/telegram',
  loader: needs('telegram'),
  component: lazyRouteComponent(() => import('./TelegramPage'), 'TelegramPage'),
})

export const telegramRoutes = [telegram] as const
