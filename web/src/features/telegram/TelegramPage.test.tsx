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
import { telegramRoutes } from './routes'
import type { Bot, Diagnosis, FailedUpdate } from './types'

const server = apiServer()

const bot: Bot = {
  id: 'b1',
  name: 'Sales',
  username: 'kyiv_sales_bot',
  link: 'https://t.me/kyiv_sales_bot',
  mode: 'polling',
  is_enabled: true,
  greeting: { uk: 'Вітаємо, {first_name}!' },
  greeting_on: true,
  away: {},
  away_on: false,
  last_update_at: null,
  last_error: '',
  last_error_at: null,
  version: 2,
  created_at: '2026-11-01T10:00:00Z',
  updated_at: '2026-11-01T10:00:00Z',
}

const diagnosis: Diagnosis = {
  bot,
  problems: ['webhook_blocks_polling', 'updates_failed'],
  telegram: {
    name: 'Sales',
    username: 'kyiv_sales_bot',
    can_join_groups: true,
    can_read_all_group_messages: true,
  },
  telegram_error: '',
  webhook: {
    host: 'elsewhere.example',
    ours: false,
    pending_update_count: 0,
    last_error: '',
    last_error_at: null,
    max_connections: 40,
    ip_address: '',
    missing_updates: [],
  },
  deliveries: { queued: 0, sending: 0, oldest_at: null },
  failed_updates: 1,
}

const failed: FailedUpdate = {
  id: 'f1',
  bot_id: 'b1',
  update_id: 77,
  reason: 'error',
  error: 'the message has no chat',
  body: { update_id: 77, message: { text: 'Hello' } },
  attempts: 1,
  created_at: '2026-11-23T09:00:00Z',
}

function session(permissions: string[]) {
  return {
    user: {
      id: 'u1',
      name: 'Oksana',
      email: 'o@example.com',
      language: 'en',
      is_super_admin: false,
      telegram_linked: false,
    },
    workspace: {
      id: 'w1',
      name: 'Kyiv Motors',
      role: 'OWNER',
      permissions,
      language: 'uk',
      timezone: 'Europe/Kyiv',
    },
    companies: [],
    server: { version: 'test', telegram_base_is_sandbox: false },
  }
}

async function open(address: string, bots: Bot[] = [bot]) {
  const here = session(['MANAGE_BOTS'])
  server.use(
    http.get('*/api/session', () => HttpResponse.json(here)),
    http.get('*/api/bots', () => HttpResponse.json({ items: bots })),
    http.get('*/api/bots/b1', () => HttpResponse.json(bot)),
    http.get('*/api/bots/b1/diagnostics', () => HttpResponse.json(diagnosis)),
    http.get('*/api/failed-updates', () => HttpResponse.json({ items: [failed] })),
  )
  appLayout.update({ component: Outlet })
  const roles = createRoute({ getParentRoute: () => rootRoute, path: '/roles', component: () => null })
  const router = createRouter({
    routeTree: rootRoute.addChildren([appLayout.addChildren([...telegramRoutes]), roles]),
    history: createMemoryHistory({ initialEntries: [address] }),
    context: { queryClient: newQueryClient({ onSignedOut: () => {}, onMutationError: () => {} }) },
  })
  const rendered = await renderPart(<RouterProvider router={router as never} />, ['telegram', 'account'])
  rendered.queryClient.setQueryData(['session'], here)
  return router
}

describe('the bots', () => {
  it('are connected by a token; a refusal is said at the token and the token stays', async () => {
    server.use(
      http.post('*/api/bots', () =>
        HttpResponse.json(
          {
            status: 422,
            code: 'token_refused',
            errors: [{ field: 'token', code: 'token_refused', detail: 'no' }],
          },
          { status: 422 },
        ),
      ),
    )
    await open('/telegram', [])
    const user = userEvent.setup()
    await user.click(await screen.findByRole('button', { name: 'Add a bot' }))
    const token = await screen.findByLabelText('Token')
    await user.type(token, '123456:AAAA')
    await user.click(screen.getByRole('button', { name: 'Connect' }))
    expect(await screen.findByText(/Telegram does not accept this token/)).toBeTruthy()
    expect(token).toHaveProperty('value', '123456:AAAA')
  })

  it('stand in a list that leads to each', async () => {
    await open('/telegram')
    const link = await screen.findByRole('link', { name: 'Sales' })
    expect(link.getAttribute('href')).toBe('/telegram?bot=b1')
    expect(screen.getByText('Nothing has come yet')).toBeTruthy()
  })
})

describe('a bot', () => {
  it('is diagnosed in words, and a failed update is tried again', async () => {
    const retried: unknown[] = []
    server.use(
      http.post('*/api/failed-updates/f1/retry', async ({ request }) => {
        retried.push(await request.json())
        return new HttpResponse(null, { status: 204 })
      }),
    )
    await open('/telegram?bot=b1&tab=NOWHERE')
    const user = userEvent.setup()
    expect(await screen.findByText(/A webhook at elsewhere.example takes the updates/)).toBeTruthy()
    expect(await screen.findByText('the message has no chat')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'As Telegram sent it' }))
    expect(screen.getByText(/"text": "Hello"/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(retried).toEqual([{ anyway: false }]))
  })

  it('sends only the changed text, and shows it as the customer will see it', async () => {
    const sent: unknown[] = []
    server.use(
      http.patch('*/api/bots/b1', async ({ request }) => {
        const body = (await request.json()) as Partial<Bot>
        sent.push([request.headers.get('If-Match'), body])
        return HttpResponse.json({ ...bot, ...body, version: 3 })
      }),
    )
    await open('/telegram?bot=b1&tab=SETTINGS')
    const user = userEvent.setup()
    const text = await screen.findByLabelText('Greeting: Українська')
    expect(screen.getByText('Вітаємо, Олена!')).toBeTruthy()
    await user.type(text, ' <b>')
    expect(screen.getByText('The tag <b> is not closed.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true)
    await user.type(text, 'Kyiv</b>')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(sent).toEqual([
        ['"2"', { greeting: { uk: 'Вітаємо, {first_name}! <b>Kyiv</b>', en: '', ru: '' } }],
      ]),
    )
  })
})
