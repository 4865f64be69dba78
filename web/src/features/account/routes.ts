import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod/mini'
import { needs } from '@/shared/i18n'
import { appLayout, publicLayout } from '@/shared/routing/layouts'
import type texts from './locales/en.json'

declare module '@/shared/i18n' {
  interface Resources {
    account: typeof texts
  }
}

const loader = needs('account')

const login = createRoute({
  getParentRoute: () => publicLayout,
  path: '/login',
  validateSearch: z.object({ next: z.optional(z.string()) }),
  loader,
  component: lazyRouteComponent(() => import('./LoginPage'), 'LoginPage'),
})

const setup = createRoute({
  getParentRoute: () => publicLayout,
  path: '/setup/$token',
  loader,
  component: lazyRouteComponent(() => import('./SetupPage'), 'SetupPage'),
})

const invite = createRoute({
  getParentRoute: () => publicLayout,
  path: '/invite/$token',
  loader,
  component: lazyRouteComponent(() => import('./InvitePage'), 'InvitePage'),
})

const reset = createRoute({
  getParentRoute: () => publicLayout,
  path: '/reset/$token',
  loader,
  component: lazyRouteComponent(() => import('./ResetPage'), 'ResetPage'),
})

const signin = createRoute({
  getParentRoute: () => publicLayout,
  path: '/signin/$token',
  loader,
  component: lazyRouteComponent(() => import('./SigninPage'), 'SigninPage'),
})

const profile = createRoute({
  getParentRoute: () => appLayout,
  path: '/profile',
  loader,
  component: lazyRouteComponent(() => import('./profile/ProfilePage'), 'ProfilePage'),
})

const roles = createRoute({
  getParentRoute: () => appLayout,
  path: '/roles',
  loader,
  component: lazyRouteComponent(() => import('./RolesPage'), 'RolesPage'),
})

export const accountVisitorPages = [login, setup, invite, reset, signin] as const
export const accountPages = [profile, roles] as const
