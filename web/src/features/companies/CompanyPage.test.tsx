import {
  createMemoryHistory,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router'
import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { newQueryClient } from '@/shared/api/queryClient'
import { appLayout, rootRoute } from '@/shared/routing/layouts'
import { renderPart } from '@/shared/test/render'
import { apiServer, HttpResponse, http } from '@/shared/test/server'
import { companiesRoutes } from './routes'
import type { Company } from './types'

const server = apiServer()

const company: Company = {
  id: 'w1',
  name: 'Kyiv Motors',
  slug: 'kyiv-motors',
  color: '#0b6e6e',
  role: 'OWNER',
  timezone: 'Europe/Kyiv',
  language: 'uk',
  currency: 'USD',
  country: 'UA',
  hours: { mon: [['09:00', '18:00']] },
  holidays: [],
  is_active: true,
  version: 3,
  created_at: '2026-11-01T10:00:00Z',
}

function session(role: string, permissions: string[]) {
  return {
    user: {
      id: 'u1',
      name: 'Oksana',
      email: 'o@example.com',
      language: 'en',
      is_super_admin: false,
      telegram_linked: false,
    },
    workspace: { ...company, role, permissions },
    companies: [{ ...company, role }],
    server: { version: 'test', telegram_base_is_sandbox: false },
  }
}

const all = ['MANAGE_SETTINGS', 'MANAGE_USERS', 'MANAGE_COMPANIES', 'VIEW_LOGS']

async function open(address: string, role: 'OWNER' | 'OPERATOR' = 'OWNER') {
  const permissions = role === 'OWNER' ? all : []
  server.use(
    http.get('*/api/session', () => HttpResponse.json(session(role, permissions))),
    http.get('*/api/roles', () =>
      HttpResponse.json({
        items: [
          { role: 'OWNER', permissions: all },
          { role: 'OPERATOR', permissions: [] },
        ],
        permissions: all,
      }),
    ),
    http.get('*/api/companies', () => HttpResponse.json({ items: [{ ...company, role }] })),
    http.get('*/api/companies/w1', () => HttpResponse.json({ ...company, role })),
  )
  appLayout.update({ component: Outlet })
  const roles = createRoute({ getParentRoute: () => rootRoute, path: '/roles', component: () => null })
  const view = { client: newQueryClient({ onSignedOut: () => {}, onMutationError: () => {} }) }
  const router = createRouter({
    routeTree: rootRoute.addChildren([appLayout.addChildren([...companiesRoutes]), roles]),
    history: createMemoryHistory({ initialEntries: [address] }),
    context: { queryClient: view.client },
  })
  const rendered = await renderPart(<RouterProvider router={router as never} />, ['companies', 'account'])
  rendered.queryClient.setQueryData(['session'], session(role, permissions))
  return router
}

describe('the list of companies', () => {
  it('leads to the settings of each and says where one is', async () => {
    await open('/companies')
    const link = await screen.findByRole('link', { name: 'Kyiv Motors' })
    expect(link.getAttribute('href')).toBe('/companies/w1')
    expect(screen.getByText('You are here')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'New company' })).toHaveProperty('disabled', false)
  })
})

describe('the page of a company', () => {
  it('keeps what was typed when somebody else changed the same field, and saves over their version', async () => {
    const sent: { version: string | null; body: unknown }[] = []
    let stored = company
    server.use(
      http.patch('*/api/companies/w1', async ({ request }) => {
        const version = request.headers.get('If-Match')
        const body = (await request.json()) as Partial<Company>
        sent.push({ version, body })
        if (version !== `"${stored.version}"`) {
          return HttpResponse.json({ status: 412, code: 'stale' }, { status: 412 })
        }
        stored = { ...stored, ...body, version: stored.version + 1 }
        return HttpResponse.json(stored)
      }),
    )
    await open('/companies/w1')
    const user = userEvent.setup()
    const name = await screen.findByLabelText('Name')
    await user.clear(name)
    await user.type(name, 'Mine')
    stored = { ...company, name: 'Theirs', version: 4 }
    server.use(http.get('*/api/companies/w1', () => HttpResponse.json(stored)))
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText('Someone else has saved changes meanwhile')).toBeTruthy()
    expect(screen.getByText('Name — theirs: Theirs')).toBeTruthy()
    expect(name).toHaveProperty('value', 'Mine')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Save' })).toBeNull())
    expect(sent).toEqual([
      { version: '"3"', body: { name: 'Mine' } },
      { version: '"4"', body: { name: 'Mine' } },
    ])
  })

  it('explains which right is missing instead of hiding the fields', async () => {
    await open('/companies/w1', 'OPERATOR')
    expect(await screen.findByText(/it needs the right “Change settings”/)).toBeTruthy()
    expect(screen.getByLabelText('Name')).toHaveProperty('readOnly', true)
  })

  it('asks before what was typed is left, and falls back to the first section for an unknown one', async () => {
    const router = await open('/companies/w1?tab=NOWHERE')
    const user = userEvent.setup()
    await user.type(await screen.findByLabelText('Name'), '!')
    await user.click(screen.getByRole('tab', { name: 'Hours' }))
    expect(await screen.findByText('Leave without saving?')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Leave without saving' }))
    await waitFor(() => expect(router.state.location.search).toEqual({ tab: 'HOURS' }))
  })
})
