import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod/mini'
import { needs } from '@/shared/i18n'
import { appLayout } from '@/shared/routing/layouts'
import type texts from './locales/en.json'
import { tabs } from './tabs'

declare module '@/shared/i18n' {
  interface Resources {
    companies: typeof texts
  }
}

// The names of rights are among the texts of the roles page.
const loader = needs('companies', 'account')

const list = createRoute({
  getParentRoute: () => appLayout,
  path: '/companies',
  loader,
  component: lazyRouteComponent(() => import('./CompaniesPage'), 'CompaniesPage'),
})

const one = createRoute({
  getParentRoute: () => appLayout,
  path: '/companies/$id',
  validateSearch: z.object({ tab: z.optional(z.catch(z.enum(tabs), 'GENERAL')) }),
  loader,
  component: lazyRouteComponent(() => import('./CompanyPage'), 'CompanyPage'),
})

export const companiesRoutes = [list, one] as const
