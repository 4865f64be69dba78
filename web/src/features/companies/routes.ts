import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { needs } from '@/shared/i18n'
import { appLayout } from '@/shared/routing/layouts'
import type texts from './locales/en.json'

declare module '@/shared/i18n' {
  interface Resources {
    companies: typeof texts
  }
}

const companies = createRoute({
  getParentRoute: () => appLayout,
  path: '/companies',
  loader: needs('companies'),
  component: lazyRouteComponent(() => import('./CompaniesPage'), 'CompaniesPage'),
})

export const companiesRoutes = [companies] as const
