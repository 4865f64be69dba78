import type { InfiniteData } from '@tanstack/react-query'
import type { Contact, Conversation, Filter, Message, Page } from './types'

/** Pages of the list, the latest message first. */
export type ListData = InfiniteData<Page<Conversation>>
/** Pages of a thread: the first page is the newest, inside a page the oldest comes first. */
export type ThreadData = InfiniteData<Page<Message>>

export function nameOf(conversation: Conversation): string {
  const person = conversation.contact?.name || conversation.contact?.username || ''
  if (conversation.kind === 'private' || !conversation.title) return person || conversation.title
  return conversation.title
}

// ---- the list

function at(conversation: Conversation): number {
  return conversation.last_message ? Date.parse(conversation.last_message.at) : 0
}

/** The server's order: latest message first, the greater id first among equals. */
export function byRecency(a: Conversation, b: Conversation): number {
  return at(b) - at(a) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
}

/** Whether a conversation belongs to the list. Search is the server's business: undefined means "as it was". */
export function belongs(conversation: Conversation, filter: Filter, me: string): boolean | undefined {
  if (filter.view === 'mine' && conversation.assignee?.id !== me) return false
  if (filter.view === 'unassigned' && conversation.assignee) return false
  if (filter.bot && conversation.bot.id !== filter.bot) return false
  if ((conversation.status === 'closed') !== (filter.status === 'closed')) return false
  if (filter.unread && conversation.unread_count === 0) return false
  return filter.q ? undefined : true
}

export function listItems(data: ListData | undefined): Conversation[] {
  return data ? data.pages.flatMap((page) => page.items) : []
}

/**
 * The list with one conversation as it is now: in its place, or gone when it no longer belongs.
 * `keep` is the one that stands open: reading it does not take it away under the reader's hands.
 */
export function placeConversation(
  data: ListData,
  conversation: Conversation,
  filter: Filter,
  me: string,
  keep?: string,
): ListData {
  const wasThere = data.pages.some((page) => page.items.some((item) => item.id === conversation.id))
  const fits = belongs(conversation, filter, me)
  const isKept = wasThere && conversation.id === keep
  const stays = fits ?? wasThere
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.filter((item) => item.id !== conversation.id),
  }))
  if (!stays && !isKept) return wasThere ? { ...data, pages } : data
  for (const [index, page] of pages.entries()) {
    const isLast = index === pages.length - 1
    const last = page.items.at(-1)
    const fitsHere = last ? byRecency(conversation, last) < 0 : index === 0
    if (!fitsHere && !(isLast && (!page.next || wasThere))) continue
    const before = page.items.findIndex((item) => byRecency(conversation, item) < 0)
    const place = before < 0 ? page.items.length : before
    pages[index] = { ...page, items: page.items.toSpliced(place, 0, conversation) }
    return { ...data, pages }
  }
  // It lies beyond what is loaded; the next page will bring it.
  return wasThere ? { ...data, pages } : data
}

/** The list with some rows changed in place; the same object when no row was. */
export function patchRows(
  data: ListData,
  isMine: (row: Conversation) => boolean,
  patch: (row: Conversation) => Conversation,
): ListData {
  let isChanged = false
  const pages = data.pages.map((page) => {
    if (!page.items.some(isMine)) return page
    isChanged = true
    return { ...page, items: page.items.map((row) => (isMine(row) ? patch(row) : row)) }
  })
  return isChanged ? { ...data, pages } : data
}

/** A row after its last message changed state: only what is on its way can get further. */
export function rowWithState(row: Conversation, state: string): Conversation {
  const last = row.last_message
  if (last?.direction !== 'out' || (last.state !== 'queued' && last.state !== 'sending')) return row
  return { ...row, last_message: { ...last, state } }
}

export function rowWithContact(row: Conversation, contact: Contact): Conversation {
  if (row.contact?.id !== contact.id) return row
  const { name, language, phone } = contact
  return {
    ...row,
    title: row.kind === 'private' ? name : row.title,
    contact: { ...row.contact, name, language, phone },
  }
}

// ---- the thread

/** Within a conversation the seq decides, whatever the clocks said. */
export function inOrder(a: Message, b: Message): number {
  if (a.conversation_id === b.conversation_id) return a.seq - b.seq
  return Date.parse(timeOf(a)) - Date.parse(timeOf(b)) || (a.id < b.id ? -1 : 1)
}

/** The moment a reader is shown. A message that has not left yet has no time of its own in the channel. */
export function timeOf(message: Message): string {
  const sent = message.sent_at
  return sent && Date.parse(sent) > 0 ? sent : message.created_at
}

/** Everything loaded, the oldest first. */
export function threadMessages(data: ThreadData | undefined): Message[] {
  if (!data) return []
  return data.pages.flatMap((page) => page.items).sort(inOrder)
}

/** Server messages into the loaded pages: known ones are replaced, new ones take their place. */
export function mergeMessages(data: ThreadData, incoming: readonly Message[]): ThreadData {
  const pages = data.pages.map((page) => ({ ...page, items: [...page.items] }))
  for (const message of incoming) {
    const known = pages.find((page) => page.items.some((item) => item.id === message.id))
    if (known) {
      known.items = known.items.map((item) => (item.id === message.id ? message : item))
      continue
    }
    const home =
      pages.find((page) => page.items[0] && inOrder(page.items[0], message) < 0) ??
      // Older than everything loaded: kept only when there is nothing older to load.
      (pages.at(-1)?.next ? undefined : pages.at(-1))
    if (home) home.items = [...home.items, message].sort(inOrder)
  }
  return { ...data, pages }
}

export function patchMessage(data: ThreadData, id: string, patch: (message: Message) => Message): ThreadData {
  let isFound = false
  const pages = data.pages.map((page) => {
    if (!page.items.some((item) => item.id === id)) return page
    isFound = true
    return { ...page, items: page.items.map((item) => (item.id === id ? patch(item) : item)) }
  })
  return isFound ? { ...data, pages } : data
}

const finalStates = new Set(['sent', 'failed', 'cancelled'])

/** A delivery never goes back from its end by a late piece of news about its way. */
export function withState(message: Message, state: string): Message {
  if (finalStates.has(message.state) && (state === 'queued' || state === 'sending')) return message
  if (message.state === state) return message
  const { error: _, ...rest } = message
  return { ...rest, state }
}

export function newestSeq(data: ThreadData | undefined, conversationId: string): number {
  let newest = 0
  for (const page of data?.pages ?? []) {
    for (const item of page.items) {
      if (item.conversation_id === conversationId && item.seq > newest) newest = item.seq
    }
  }
  return newest
}

/** The message above which the line "unread" stands: the earliest of the last `count` incoming ones. */
export function firstUnread(messages: readonly Message[], count: number): string | undefined {
  if (count <= 0) return undefined
  let left = count
  let first: string | undefined
  for (const message of messages.toReversed()) {
    if (message.direction !== 'in') continue
    first = message.id
    left -= 1
    if (left === 0) break
  }
  return first
}

/** My last message that Telegram lets me change. */
export function lastEditable(
  messages: readonly Message[],
  me: string,
  conversationId: string,
): Message | undefined {
  return messages.findLast(
    (message) => message.conversation_id === conversationId && isMine(message, me) && isEditable(message),
  )
}

function isMine(message: Message, me: string): boolean {
  return message.direction === 'out' && message.author?.id === me
}

const textKinds = new Set(['text', 'photo', 'video', 'document', 'audio', 'animation', 'voice'])

export function isEditable(message: Message): boolean {
  return (
    message.direction === 'out' &&
    (message.state === 'sent' || message.state === 'queued') &&
    !message.deleted_at &&
    textKinds.has(message.kind)
  )
}

// ---- a contact edited by two people

export const contactFields = ['name', 'phone', 'email', 'language', 'tags', 'notes'] as const
export type ContactField = (typeof contactFields)[number]
export type ContactValues = Pick<Contact, ContactField>

export function contactValues(contact: Contact): ContactValues {
  const { name, phone, email, language, tags, notes } = contact
  return { name, phone, email, language, tags, notes }
}

function same(a: unknown, b: unknown): boolean {
  return Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((item, index) => item === b[index])
    : a === b
}

/** What a person changed since they began. */
export function changedFields(base: ContactValues, mine: ContactValues): ContactField[] {
  return contactFields.filter((field) => !same(base[field], mine[field]))
}

/** Fields that both changed, to different values. */
export function conflictingFields(
  base: ContactValues,
  mine: ContactValues,
  theirs: ContactValues,
): ContactField[] {
  return contactFields.filter(
    (field) =>
      !same(base[field], mine[field]) &&
      !same(base[field], theirs[field]) &&
      !same(mine[field], theirs[field]),
  )
}

/** Their version with my changes on top, where mine are wanted. */
export function combine(
  base: ContactValues,
  mine: ContactValues,
  theirs: ContactValues,
  takeTheirs: readonly ContactField[] = [],
): ContactValues {
  const out: Record<string, unknown> = { ...theirs }
  for (const field of changedFields(base, mine)) {
    if (!takeTheirs.includes(field)) out[field] = mine[field]
  }
  return out as ContactValues
}
