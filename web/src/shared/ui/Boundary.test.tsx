import { useQuery } from '@tanstack/react-query'
import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../api/problem'
import { renderPart } from '../test/render'
import { apiServer, HttpResponse, http } from '../test/server'
import { Boundary } from './Boundary'

const server = apiServer()

function Part({ failure }: { failure: Error | undefined }) {
  if (failure) throw failure
  return <p>The part is here</p>
}

beforeEach(() => {
  // React prints every error that a boundary catches.
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a part that fails', () => {
  it('says so beside what still works, tells the server and shows under which number', async () => {
    const reports: Record<string, string>[] = []
    server.use(
      http.post('*/api/client-errors', async ({ request }) => {
        reports.push((await request.json()) as Record<string, string>)
        return new HttpResponse(null, { status: 204, headers: { 'X-Request-Id': 'r-77' } })
      }),
    )
    await renderPart(
      <>
        <nav>Navigation</nav>
        <Boundary name="inbox.details">
          <Part failure={new Error('cannot read the car')} />
        </Boundary>
      </>,
    )
    expect(screen.getByRole('alert')).toHaveProperty(
      'textContent',
      expect.stringContaining('rest keeps working'),
    )
    expect(screen.getByText('Navigation')).toBeTruthy()
    await waitFor(() => expect(screen.getByRole('button', { name: 'Copy r-77' })).toBeTruthy())
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatchObject({ message: 'cannot read the car' })
    expect(reports[0]?.stack).toContain('inbox.details')
  })

  it('reads anew on Reload what broke it', async () => {
    server.use(http.post('*/api/client-errors', () => new HttpResponse(null, { status: 204 })))
    let names: unknown = {}
    function Reader() {
      const { data } = useQuery({
        queryKey: ['names'],
        staleTime: Number.POSITIVE_INFINITY,
        queryFn: async () => names as string[],
      })
      return <p>{data?.map((name) => name.toUpperCase()).join() ?? 'Loading'}</p>
    }
    await renderPart(
      <Boundary name="reader">
        <Reader />
      </Boundary>,
    )
    const reload = await screen.findByRole('button', { name: 'Reload' })
    names = ['one', 'two']
    await userEvent.click(reload)
    expect(await screen.findByText('ONE,TWO')).toBeTruthy()
  })

  it('is drawn again on Reload', async () => {
    server.use(http.post('*/api/client-errors', () => new HttpResponse(null, { status: 204 })))
    let failure: Error | undefined = new Error('only once')
    function Flaky() {
      return <Part failure={failure} />
    }
    await renderPart(
      <Boundary name="flaky">
        <Flaky />
      </Boundary>,
    )
    failure = undefined
    await userEvent.click(screen.getByRole('button', { name: 'Reload' }))
    expect(screen.getByText('The part is here')).toBeTruthy()
  })

  it('uses the words and the number of the server when it refused', async () => {
    // No handler for reports: telling the server what it knows would fail this test.
    const refused = new ApiError({ kind: 'forbidden', status: 403, requestId: 'r-1' })
    await renderPart(
      <Boundary name="refused">
        <Part failure={refused} />
      </Boundary>,
    )
    expect(screen.getByRole('alert').textContent).toContain('Your role does not allow this')
    expect(screen.getByRole('button', { name: 'Copy r-1' })).toBeTruthy()
  })
})
