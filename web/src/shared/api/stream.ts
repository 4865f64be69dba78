import { type StreamMessage, StreamReader } from './sse'

export type StreamState = 'connecting' | 'open' | 'waiting' | 'closed'

export interface StreamOptions {
  url: string
  headers: () => Record<string, string>
  /** Id of the last message that was seen, here or in another tab. */
  lastId: () => string
  onMessage: (message: StreamMessage) => void
  onState: (state: StreamState) => void
  /** The server refused the session: no retry will help. */
  onSignedOut: () => void
  fetch?: typeof globalThis.fetch
  /** 0 ≤ x < 1. */
  random?: () => number
}

/** The server pings every 15-25 s; two missed pings mean that the connection is dead. */
export const silenceLimitMs = 45_000
const firstWaitMs = 1_000
const longestWaitMs = 30_000

/** Full waits would make every browser return at the same moment after a restart: half is fixed, half is chance. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempt, 10))
  return Math.round(full / 2 + (full / 2) * random)
}

/**
 * One connection to the server's event stream that keeps itself alive.
 * It reads by fetch, not by EventSource: headers can be sent, the status is known, and silence can be noticed.
 */
export class EventStream {
  private readonly options: StreamOptions
  private stopped = false
  private attempt = 0
  private abort: AbortController | undefined
  private silence: ReturnType<typeof setTimeout> | undefined
  private retry: ReturnType<typeof setTimeout> | undefined

  constructor(options: StreamOptions) {
    this.options = options
  }

  start(): void {
    this.stopped = false
    void this.connect()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.retry)
    clearTimeout(this.silence)
    this.retry = undefined
    this.abort?.abort()
    this.options.onState('closed')
  }

  /** The network or the tab came back: do not sit out the rest of the wait. */
  nudge(): void {
    if (this.stopped || this.retry === undefined) return
    clearTimeout(this.retry)
    this.retry = undefined
    this.attempt = 0
    void this.connect()
  }

  private listen(): void {
    clearTimeout(this.silence)
    this.silence = setTimeout(() => this.abort?.abort(), silenceLimitMs)
  }

  private async connect(): Promise<void> {
    const abort = new AbortController()
    this.abort = abort
    this.options.onState('connecting')
    this.listen()
    try {
      const lastId = this.options.lastId()
      const headers = { Accept: 'text/event-stream', ...this.options.headers() }
      const response = await (this.options.fetch ?? globalThis.fetch)(this.options.url, {
        headers: lastId ? { ...headers, 'Last-Event-ID': lastId } : headers,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: abort.signal,
      })
      if (this.stopped) return
      if (response.status === 401) {
        this.stop()
        this.options.onSignedOut()
        return
      }
      if (response.ok && response.body) {
        await this.read(response.body)
      }
    } catch {
      // A broken connection is the normal end of a stream; the next attempt says whether it matters.
    }
    if (!this.stopped && this.abort === abort) this.waitAndReturn()
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    this.options.onState('open')
    this.attempt = 0
    const messages = new StreamReader()
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || this.stopped) return
      this.listen()
      for (const message of messages.feed(decoder.decode(value, { stream: true }))) {
        this.options.onMessage(message)
      }
    }
  }

  private waitAndReturn(): void {
    clearTimeout(this.silence)
    this.options.onState('waiting')
    const wait = backoffMs(this.attempt, (this.options.random ?? Math.random)())
    this.attempt += 1
    this.retry = setTimeout(() => {
      this.retry = undefined
      void this.connect()
    }, wait)
  }
}
