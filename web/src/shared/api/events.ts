import { create } from 'zustand'
import { currentCompany } from './company'
import type { StreamMessage } from './sse'
import { EventStream, type StreamState } from './stream'

/** A change in the company, as GET /api/events pushes it: ids and states, never texts. */
export interface DomainEvent {
  seq: number
  kind: string
  subject_type: string
  subject_id: string
  data: Record<string, unknown>
  at: string
}

type BatchHandler = (events: DomainEvent[]) => void

/** `message.received` itself, `message.*` for its family, `*` for all. */
export function matches(pattern: string, kind: string): boolean {
  if (pattern === '*' || pattern === kind) return true
  return pattern.endsWith('.*') && kind.startsWith(pattern.slice(0, -1))
}

/** Parses one pushed message; undefined for what is not a change (and for what cannot be read). */
export function toEvent(message: StreamMessage): DomainEvent | undefined {
  try {
    const body = JSON.parse(message.data) as Partial<DomainEvent>
    if (typeof body.seq !== 'number' || typeof body.kind !== 'string') return undefined
    return {
      seq: body.seq,
      kind: body.kind,
      subject_type: body.subject_type ?? '',
      subject_id: body.subject_id ?? '',
      data: body.data ?? {},
      at: body.at ?? '',
    }
  } catch {
    return undefined
  }
}

/**
 * Hands changes to the pages of this tab: each once, in the order of `seq`, all of one frame together,
 * so that a burst of a hundred messages renders once.
 */
export class EventHub {
  private readonly handlers = new Set<{ pattern: string; handle: BatchHandler }>()
  private readonly resets = new Set<() => void>()
  private pending: DomainEvent[] = []
  private scheduled = false
  private lastSeq = 0
  private readonly schedule: (flush: () => void) => void

  constructor(schedule: (flush: () => void) => void) {
    this.schedule = schedule
  }

  subscribe(pattern: string, handle: BatchHandler): () => void {
    const entry = { pattern, handle }
    this.handlers.add(entry)
    return () => this.handlers.delete(entry)
  }

  onReset(handle: () => void): () => void {
    this.resets.add(handle)
    return () => this.resets.delete(handle)
  }

  push(event: DomainEvent): void {
    // A reconnect may repeat what was already seen.
    if (event.seq <= this.lastSeq) return
    this.lastSeq = event.seq
    this.pending.push(event)
    if (this.scheduled) return
    this.scheduled = true
    this.schedule(() => this.flush())
  }

  /** The server cannot say what happened before `seq`: whatever is on the page may be old. */
  reset(seq: number): void {
    this.pending = []
    this.lastSeq = seq
    for (const handle of [...this.resets]) handle()
  }

  get seen(): number {
    return this.lastSeq
  }

  private flush(): void {
    this.scheduled = false
    const batch = this.pending
    this.pending = []
    for (const { pattern, handle } of [...this.handlers]) {
      const mine = batch.filter((event) => matches(pattern, event.kind))
      if (mine.length === 0) continue
      try {
        handle(mine)
      } catch (error) {
        // One page's mistake must not keep the others from hearing.
        reportError(error)
      }
    }
  }
}

function onNextFrame(flush: () => void): void {
  // A hidden tab draws no frames, but its title and its bell still count.
  if (document.visibilityState === 'visible') requestAnimationFrame(flush)
  else setTimeout(flush, 250)
}

const hub = new EventHub(onNextFrame)

/** Calls back with the changes of one frame. Returns the way to stop listening. */
export function subscribe(pattern: string, handle: BatchHandler): () => void {
  return hub.subscribe(pattern, handle)
}

/** Calls back when the stream has a gap: refetch everything. */
export function onReset(handle: () => void): () => void {
  return hub.onReset(handle)
}

interface LiveStore {
  state: StreamState
}

/** Whether changes arrive at this moment. */
export const useLive = create<LiveStore>()(() => ({ state: 'connecting' }))

type Note =
  | { type: 'event'; event: DomainEvent }
  | { type: 'reset'; seq: number }
  | { type: 'state'; state: StreamState }
  | { type: 'hello' }

/**
 * One stream per browser and company: the tab that holds the lock reads it and tells the others,
 * because a browser allows six connections to one host. The next tab takes over when that one closes.
 * Without locks (an address that is neither https nor localhost) each tab reads for itself.
 */
export function startEvents(onSignedOut: () => void): () => void {
  const company = currentCompany() ?? ''
  const name = `cartie-events-${company}`
  const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(name) : undefined
  const ended = new AbortController()
  let stream: EventStream | undefined

  const tell = (note: Note) => {
    if (!ended.signal.aborted) channel?.postMessage(note)
  }
  const setState = (state: StreamState) => {
    useLive.setState({ state })
    if (stream) tell({ type: 'state', state })
  }
  const lead = () => {
    stream = new EventStream({
      url: '/api/events',
      headers: () => (company ? { 'Cartie-Workspace': company } : {}),
      lastId: () => (hub.seen > 0 ? String(hub.seen) : ''),
      onMessage: (message) => {
        if (message.event === 'reset') {
          const seq = Number(message.id) || 0
          hub.reset(seq)
          tell({ type: 'reset', seq })
          return
        }
        const event = toEvent(message)
        if (!event) return
        hub.push(event)
        tell({ type: 'event', event })
      },
      onState: setState,
      onSignedOut,
    })
    stream.start()
  }

  channel?.addEventListener('message', ({ data }: MessageEvent<Note>) => {
    if (data.type === 'event') hub.push(data.event)
    else if (data.type === 'reset') hub.reset(data.seq)
    else if (data.type === 'state') useLive.setState({ state: data.state })
    else if (stream) tell({ type: 'state', state: useLive.getState().state })
  })
  tell({ type: 'hello' })

  if (navigator.locks && channel) {
    navigator.locks
      .request(name, { signal: ended.signal }, () => {
        if (ended.signal.aborted) return undefined
        lead()
        return new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()))
      })
      // Stopped while still waiting for the lock.
      .catch(() => {})
  } else {
    lead()
  }

  const nudge = () => {
    if (document.visibilityState === 'visible') stream?.nudge()
  }
  window.addEventListener('online', nudge)
  document.addEventListener('visibilitychange', nudge)

  return () => {
    window.removeEventListener('online', nudge)
    document.removeEventListener('visibilitychange', nudge)
    ended.abort()
    stream?.stop()
    stream = undefined
    channel?.close()
  }
}
