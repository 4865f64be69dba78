import type { QueryClient } from '@tanstack/react-query'
import { create } from 'zustand'
import { newKey } from '@/shared/api/client'
import { currentCompany } from '@/shared/api/company'
import { ApiError, type ApiErrorInit, toApiError } from '@/shared/api/problem'
import { mergeIntoThreads, sendMessage } from './api'
import { toTelegramHtml } from './thread/richText'
import type { Message, ReplyTo } from './types'

export interface OutboxFile {
  mediaId: string
  kind: string
  name: string
  mime: string
  size: number
  width: number
  height: number
  duration: number
  url: string
  thumbUrl: string
}

/** A message on its way from this browser to the server. It outlives a reload, and goes with the same key. */
export interface OutboxItem {
  key: string
  conversationId: string
  contactId: string
  /** As typed. */
  text: string
  files: OutboxFile[]
  replyTo?: ReplyTo
  createdAt: string
  /** waiting: not sent yet, or the network failed; refused: the server said no. */
  phase: 'waiting' | 'sending' | 'refused'
  refusal?: ApiErrorInit
}

interface OutboxStore {
  items: readonly OutboxItem[]
}

const storageKey = () => `cartie-outbox-${currentCompany() ?? ''}`

function load(): OutboxItem[] {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey()) ?? '[]') as OutboxItem[]
    // What was under way when the page went: the key makes a repeat harmless.
    return kept.map((item) => (item.phase === 'sending' ? { ...item, phase: 'waiting' } : item))
  } catch {
    return []
  }
}

export const useOutbox = create<OutboxStore>()(() => ({ items: [] }))
let loadedFrom = ''

useOutbox.subscribe(({ items }) => {
  try {
    if (items.length > 0) localStorage.setItem(loadedFrom || storageKey(), JSON.stringify(items))
    else localStorage.removeItem(loadedFrom || storageKey())
  } catch {
    // A full or forbidden storage costs the copy, not the message.
  }
})

/** Takes up what an earlier page of this company left. */
export function openOutbox(): void {
  if (loadedFrom === storageKey()) return
  loadedFrom = storageKey()
  useOutbox.setState({ items: load() })
}

function patch(key: string, change: Partial<OutboxItem>): void {
  useOutbox.setState(({ items }) => ({
    items: items.map((item) => (item.key === key ? { ...item, ...change } : item)),
  }))
}

export function discard(key: string): void {
  useOutbox.setState(({ items }) => ({ items: items.filter((item) => item.key !== key) }))
}

/** Whether the same request with the same key may yet succeed by itself. */
function mayPass(error: ApiError): boolean {
  return (
    error.kind === 'offline' ||
    error.kind === 'unavailable' ||
    error.kind === 'limited' ||
    error.code === 'in_progress'
  )
}

const againMs = 4_000
let timer: ReturnType<typeof setTimeout> | undefined
const busy = new Set<string>()

/** Sends what waits, one at a time in each conversation, in the order in which it was written. */
export function pump(client: QueryClient): void {
  const waiting = new Set(
    useOutbox
      .getState()
      .items.filter((item) => item.phase === 'waiting')
      .map((item) => item.conversationId),
  )
  for (const id of waiting) {
    if (!busy.has(id)) void drain(client, id)
  }
}

async function drain(client: QueryClient, conversationId: string): Promise<void> {
  busy.add(conversationId)
  try {
    for (;;) {
      const item = useOutbox
        .getState()
        .items.find((entry) => entry.conversationId === conversationId && entry.phase === 'waiting')
      if (!item || !(await sendOne(client, item))) return
    }
  } finally {
    busy.delete(conversationId)
  }
}

/** False when the rest must wait too. */
async function sendOne(client: QueryClient, item: OutboxItem): Promise<boolean> {
  patch(item.key, { phase: 'sending' })
  try {
    const message = await sendMessage(
      item.conversationId,
      {
        text: toTelegramHtml(item.text),
        attachments: item.files.map((file) => ({ media_id: file.mediaId, kind: file.kind })),
        ...(item.replyTo ? { reply_to_id: item.replyTo.id } : {}),
      },
      item.key,
    )
    // First into the thread, then out of the outbox: the bubble changes, it never blinks.
    mergeIntoThreads(client, [message], item.contactId)
    discard(item.key)
    return true
  } catch (thrown) {
    const error = toApiError(thrown)
    const refusal = { kind: error.kind, status: error.status, code: error.code, detail: error.detail }
    if (mayPass(error)) {
      patch(item.key, { phase: 'waiting', refusal })
      clearTimeout(timer)
      timer = setTimeout(() => pump(client), (error.retryAfterSeconds ?? 0) * 1_000 || againMs)
      return false
    }
    patch(item.key, { phase: 'refused', refusal })
    return true
  }
}

export function enqueue(client: QueryClient, items: readonly OutboxItem[]): void {
  useOutbox.setState((store) => ({ items: [...store.items, ...items] }))
  pump(client)
}

/** After a refusal something was mended: a new attempt is a new request. */
export function sendAgain(client: QueryClient, key: string): void {
  useOutbox.setState(({ items }) => ({
    items: items.map((item) => {
      if (item.key !== key) return item
      const { refusal: _, ...rest } = item
      return { ...rest, key: newKey(), phase: 'waiting' }
    }),
  }))
  pump(client)
}

export function refusalOf(item: OutboxItem): ApiError | undefined {
  return item.refusal && new ApiError(item.refusal)
}

/**
 * The stream may tell of my message before the answer to my request does. Until that answer, the copies
 * from the stream are left out: one for each message on its way with the same words and files.
 */
export function withoutEchoes(
  incoming: readonly Message[],
  outbox: readonly OutboxItem[],
  me: string,
  plain: (html: string) => string,
): Message[] {
  const awaited = outbox.filter((item) => item.phase === 'sending')
  return incoming.filter((message) => {
    if (message.direction !== 'out' || message.author?.id !== me) return true
    const match = awaited.findIndex(
      (item) =>
        item.conversationId === message.conversation_id &&
        item.files.length === message.attachments.length &&
        plain(message.text).trim() === item.text.trim(),
    )
    if (match < 0) return true
    awaited.splice(match, 1)
    return false
  })
}
