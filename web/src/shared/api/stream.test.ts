import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backoffMs, EventStream, type StreamState, silenceLimitMs } from './stream'

/** A server whose answers the test writes itself. */
function fakeServer() {
  const requests: { lastId: string | null; write: (text: string) => void; end: () => void }[] = []
  const next: { status: number } = { status: 200 }
  const fetch = (_url: unknown, init?: RequestInit) => {
    if (next.status !== 200) return Promise.resolve(new Response(null, { status: next.status }))
    const encoder = new TextEncoder()
    let controller: ReadableStreamDefaultController<Uint8Array>
    const body = new ReadableStream<Uint8Array>({
      start(c) {
        controller = c
      },
    })
    init?.signal?.addEventListener('abort', () => controller.error(new DOMException('Aborted', 'AbortError')))
    requests.push({
      lastId: new Headers(init?.headers).get('Last-Event-ID'),
      write: (text) => controller.enqueue(encoder.encode(text)),
      end: () => controller.close(),
    })
    return Promise.resolve(new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }))
  }
  return { fetch: fetch as typeof globalThis.fetch, requests, next }
}

function open(server: ReturnType<typeof fakeServer>) {
  const states: StreamState[] = []
  const seen: string[] = []
  const signedOut = vi.fn()
  let lastId = ''
  const stream = new EventStream({
    url: '/api/events',
    headers: () => ({}),
    lastId: () => lastId,
    onMessage: (message) => {
      lastId = message.id
      seen.push(message.data)
    },
    onState: (state) => states.push(state),
    onSignedOut: signedOut,
    fetch: server.fetch,
    random: () => 0,
  })
  stream.start()
  return { stream, states, seen, signedOut }
}

const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the event stream', () => {
  it('returns after the server ended it, and says what it saw last', async () => {
    const server = fakeServer()
    const { seen, states, stream } = open(server)
    await settle()
    server.requests[0]?.write('id: 41\ndata: one\n\n')
    await settle()
    server.requests[0]?.end()
    await settle()
    expect(seen).toEqual(['one'])
    expect(states.at(-1)).toBe('waiting')
    await vi.advanceTimersByTimeAsync(backoffMs(0, 0))
    expect(server.requests.map((request) => request.lastId)).toEqual([null, '41'])
    expect(states.at(-1)).toBe('open')
    stream.stop()
  })

  it('takes silence for death, and pings for life', async () => {
    const server = fakeServer()
    const { stream } = open(server)
    await settle()
    await vi.advanceTimersByTimeAsync(silenceLimitMs - 1)
    server.requests[0]?.write(': ping\n\n')
    await vi.advanceTimersByTimeAsync(silenceLimitMs - 1)
    expect(server.requests).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1 + backoffMs(0, 0))
    expect(server.requests).toHaveLength(2)
    stream.stop()
  })

  it('stops when the session is over', async () => {
    const server = fakeServer()
    server.next.status = 401
    const { signedOut, states } = open(server)
    await settle()
    expect(signedOut).toHaveBeenCalledOnce()
    expect(states.at(-1)).toBe('closed')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('comes back at once when nudged', async () => {
    const server = fakeServer()
    server.next.status = 503
    const { states, stream } = open(server)
    await settle()
    expect(states.at(-1)).toBe('waiting')
    server.next.status = 200
    stream.nudge()
    await settle()
    expect(states.at(-1)).toBe('open')
    stream.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the wait between attempts', () => {
  it('grows to half a minute and is spread by chance', () => {
    expect(backoffMs(0, 0)).toBe(500)
    expect(backoffMs(0, 1)).toBe(1_000)
    expect(backoffMs(3, 0)).toBe(4_000)
    expect(backoffMs(50, 1)).toBe(30_000)
  })
})
