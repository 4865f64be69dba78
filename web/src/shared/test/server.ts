import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'

export { HttpResponse, http } from 'msw'

/** The API as a test describes it; a request that it does not describe fails the test. */
export function apiServer() {
  const server = setupServer()
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
  afterEach(() => server.resetHandlers())
  afterAll(() => server.close())
  return server
}
