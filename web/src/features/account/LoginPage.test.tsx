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
import { publicLayout, rootRoute } from '@/shared/routing/layouts'
import { renderPart } from '@/shared/test/render'
import { apiServer, HttpResponse, http } from '@/shared/test/server'
import { accountVisitorPages } from './routes'

const server = apiServer()

async function openLogin(address: string) {
  publicLayout.update({ component: Outlet })
  const inbox = createRoute({
    getParentRoute: () => rootRoute,
    path: '/inbox',
    component: () => <p>You are in the inbox</p>,
  })
  const router = createRouter({
    routeTree: rootRoute.addChildren([publicLayout.addChildren([...accountVisitorPages]), inbox]),
    history: createMemoryHistory({ initialEntries: [address] }),
    context: { queryClient: newQueryClient({ onSignedOut: () => {}, onMutationError: () => {} }) },
  })
  await router.load()
  await renderPart(<RouterProvider router={router as never} />, ['account'])
  await screen.findByRole('heading', { name: 'Sign in' })
  return router
}

async function fill(email: string, password: string) {
  const user = userEvent.setup()
  await user.type(screen.getByLabelText('Email'), email)
  await user.type(screen.getByLabelText('Password'), password)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

describe('signing in', () => {
  it('asks for what is missing before it asks the server', async () => {
    await openLogin('/login')
    await fill('not an address', 'x')
    expect(screen.getByText('This does not look like an email address.')).toBeTruthy()
  })

  it('does not say which of the two was wrong, and empties the password only', async () => {
    server.use(
      http.post('*/api/session', () =>
        HttpResponse.json({ status: 401, code: 'bad_credentials' }, { status: 401 }),
      ),
    )
    await openLogin('/login')
    await fill('oksana@example.com', 'wrong password')
    expect((await screen.findByRole('alert')).textContent).toContain(
      'The email or the password is not right.',
    )
    expect(screen.getByLabelText('Email')).toHaveProperty('value', 'oksana@example.com')
    expect(screen.getByLabelText('Password')).toHaveProperty('value', '')
  })

  it('leads to where the person was going', async () => {
    const sent: unknown[] = []
    server.use(
      http.post('*/api/session', async ({ request }) => {
        sent.push(await request.json())
        return HttpResponse.json({
          user: { id: 'u1', name: 'Oksana', email: 'oksana@example.com', language: 'en' },
          workspace: { id: 'w1', name: 'Kyiv Motors' },
          companies: [],
        })
      }),
    )
    const router = await openLogin('/login?next=%2Finbox%3Fchat%3D7')
    await fill(' oksana@example.com', 'correct horse')
    await waitFor(() => expect(screen.getByText('You are in the inbox')).toBeTruthy())
    expect(sent).toEqual([{ email: 'oksana@example.com', password: 'correct horse' }])
    expect(router.state.location.href).toBe('/inbox?chat=7')
    expect(sessionStorage.getItem('cartie-company')).toBe('w1')
  })
})
