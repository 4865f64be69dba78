import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import { answer, api, idempotent, ifMatch } from '@/shared/api/client'
import { currentCompany } from '@/shared/api/company'
import { takeEarly } from './early'
import { mergeMessages, type ThreadData } from './model'
import type {
  BotRef,
  CannedReply,
  Contact,
  Conversation,
  Draft,
  Filter,
  HistoryEntry,
  Message,
  Note,
  Page,
  Ref,
  Texts,
} from './types'

const listSize = 40
const threadSize = 40
// Caches are kept true by the event stream; a gap in it invalidates them.
const untilTold = Number.POSITIVE_INFINITY

/** Every key begins with the company: nothing of one is ever shown in another. */
export const keys = {
  all: () => ['inbox', currentCompany()] as const,
  lists: () => [...keys.all(), 'list'] as const,
  list: (filter: Filter) => [...keys.lists(), filter] as const,
  conversation: (id: string) => [...keys.all(), 'conversation', id] as const,
  thread: (id: string) => [...keys.all(), 'thread', id] as const,
  timeline: (contactId: string) => [...keys.all(), 'timeline', contactId] as const,
  timelines: () => [...keys.all(), 'timeline'] as const,
  contact: (id: string) => [...keys.all(), 'contact', id] as const,
  contactConversations: (id: string) => [...keys.all(), 'contactConversations', id] as const,
  notes: (id: string) => [...keys.all(), 'notes', id] as const,
  history: (id: string) => [...keys.all(), 'history', id] as const,
  contactHistory: (id: string) => [...keys.all(), 'contactHistory', id] as const,
  draft: (id: string) => [...keys.all(), 'draft', id] as const,
  assignees: () => [...keys.all(), 'assignees'] as const,
  canned: () => [...keys.all(), 'canned'] as const,
  bots: () => [...keys.all(), 'bots'] as const,
}

const path = (id: string) => ({ params: { path: { id } } })

// ---- reading

export const listQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: keys.list(filter),
    initialPageParam: undefined as string | undefined,
    staleTime: untilTold,
    queryFn: ({ pageParam, signal }): Promise<Page<Conversation>> => {
      const query = {
        view: filter.view,
        status: filter.status,
        limit: listSize,
        ...(filter.bot ? { bot: filter.bot } : {}),
        ...(filter.unread ? { unread: true } : {}),
        ...(filter.q ? { q: filter.q } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      }
      return answer(api.GET('/api/conversations', { params: { query }, signal }))
    },
    getNextPageParam: (page) => page.next,
  })

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: keys.conversation(id),
    staleTime: untilTold,
    queryFn: ({ signal }): Promise<Conversation> =>
      answer(api.GET('/api/conversations/{id}', { ...path(id), signal })),
  })

export const threadQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: keys.thread(id),
    initialPageParam: undefined as string | undefined,
    staleTime: untilTold,
    queryFn: ({ pageParam, signal }): Promise<Page<Message>> => {
      const query = { limit: threadSize, ...(pageParam ? { before: Number(pageParam) } : {}) }
      return answer(api.GET('/api/conversations/{id}/messages', { params: { path: { id }, query }, signal }))
    },
    getNextPageParam: (page) => page.next,
  })

/** All conversations of a contact as one thread. */
export const timelineQuery = (contactId: string) =>
  infiniteQueryOptions({
    queryKey: keys.timeline(contactId),
    initialPageParam: undefined as string | undefined,
    staleTime: untilTold,
    queryFn: async ({ pageParam, signal }): Promise<Page<Message>> => {
      const query = { limit: threadSize, ...(pageParam ? { before: pageParam } : {}) }
      const page: Page<Message> = await answer(
        api.GET('/api/contacts/{id}/messages', { params: { path: { id: contactId }, query }, signal }),
      )
      // This one answers with the newest first.
      return { ...page, items: page.items.toReversed() }
    },
    getNextPageParam: (page) => page.next,
  })

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: keys.contact(id),
    queryFn: ({ signal }): Promise<Contact> => answer(api.GET('/api/contacts/{id}', { ...path(id), signal })),
  })

export const contactConversationsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.contactConversations(id),
    queryFn: async ({ signal }): Promise<readonly Conversation[]> =>
      (await answer(api.GET('/api/contacts/{id}/conversations', { ...path(id), signal }))).items,
  })

export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: keys.notes(id),
    queryFn: async ({ signal }): Promise<readonly Note[]> =>
      (await answer(api.GET('/api/conversations/{id}/notes', { ...path(id), signal }))).items,
  })

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: keys.history(id),
    queryFn: async ({ signal }): Promise<readonly HistoryEntry[]> =>
      (await answer(api.GET('/api/conversations/{id}/history', { ...path(id), signal }))).items,
  })

export const contactHistoryQuery = (id: string) =>
  queryOptions({
    queryKey: keys.contactHistory(id),
    queryFn: async ({ signal }): Promise<readonly HistoryEntry[]> =>
      (await answer(api.GET('/api/contacts/{id}/history', { ...path(id), signal }))).items,
  })

export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: keys.draft(id),
    staleTime: 0,
    queryFn: ({ signal }): Promise<Draft> =>
      answer(api.GET('/api/conversations/{id}/draft', { ...path(id), signal })),
  })

export const assigneesQuery = () =>
  queryOptions({
    queryKey: keys.assignees(),
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }): Promise<readonly Ref[]> =>
      (await answer(api.GET('/api/assignees', { signal }))).items,
  })

export const cannedQuery = () =>
  queryOptions({
    queryKey: keys.canned(),
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }): Promise<readonly CannedReply[]> => {
      const all: CannedReply[] = []
      let cursor = ''
      do {
        const query = { limit: 100, ...(cursor ? { cursor } : {}) }
        const page = await answer(api.GET('/api/canned-replies', { params: { query }, signal }))
        all.push(...page.items)
        cursor = page.next ?? ''
      } while (cursor)
      return all
    },
  })

export const botsQuery = () =>
  queryOptions({
    queryKey: keys.bots(),
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }): Promise<readonly BotRef[]> =>
      (await answer(api.GET('/api/bots', { signal }))).items,
  })

/** Messages after a seq, in order; the whole gap, page by page. */
export async function messagesAfter(id: string, after: number): Promise<Message[]> {
  const out: Message[] = []
  let from = after
  for (let page = 0; page < 20; page++) {
    const query = { after: from, limit: 100 }
    const got: Page<Message> = await answer(
      api.GET('/api/conversations/{id}/messages', { params: { path: { id }, query } }),
    )
    out.push(...got.items)
    if (!got.next) break
    from = Number(got.next)
  }
  return out
}

/** One message by its place: there is no other address for it. */
export async function messageAt(id: string, seq: number): Promise<Message | undefined> {
  // Zero would mean "from the end": a conversation's first message has the seq 1.
  const query = seq > 1 ? { after: seq - 1, limit: 1 } : { before: 2, limit: 1 }
  const got: Page<Message> = await answer(
    api.GET('/api/conversations/{id}/messages', { params: { path: { id }, query } }),
  )
  return got.items.find((message) => message.seq === seq)
}

// ---- writing

export interface NewMessage {
  text: string
  attachments: { media_id: string; kind: string }[]
  reply_to_id?: string
}

export function sendMessage(id: string, message: NewMessage, key: string): Promise<Message> {
  return answer(
    api.POST('/api/conversations/{id}/messages', { ...path(id), headers: idempotent(key), body: message }),
  )
}

export function editMessage(id: string, text: string): Promise<Message> {
  return answer(api.PATCH('/api/messages/{id}', { ...path(id), body: { text } }))
}

export async function deleteMessage(id: string): Promise<void> {
  await answer(api.DELETE('/api/messages/{id}', path(id)))
}

export function retryMessage(id: string): Promise<Message> {
  return answer(api.POST('/api/messages/{id}/retry', path(id)))
}

export function resolveMessage(id: string, outcome: 'arrived' | 'send_again'): Promise<Message> {
  return answer(api.POST('/api/messages/{id}/resolve', { ...path(id), body: { outcome } }))
}

export function markRead(id: string, upToSeq: number): Promise<Conversation> {
  return answer(api.POST('/api/conversations/{id}/read', { ...path(id), body: { up_to_seq: upToSeq } }))
}

export function markUnread(id: string): Promise<Conversation> {
  return answer(api.POST('/api/conversations/{id}/unread', path(id)))
}

export function setStatus(id: string, status: 'open' | 'closed'): Promise<Conversation> {
  return status === 'closed'
    ? answer(api.POST('/api/conversations/{id}/close', path(id)))
    : answer(api.POST('/api/conversations/{id}/reopen', path(id)))
}

export function assign(id: string, userId: string | null): Promise<Conversation> {
  return answer(api.POST('/api/conversations/{id}/assign', { ...path(id), body: { user_id: userId } }))
}

export function saveDraft(id: string, draft: Draft): Promise<Draft> {
  const body = { text: draft.text, reply_to_id: draft.reply_to_id || null }
  return answer(api.PUT('/api/conversations/{id}/draft', { ...path(id), body }))
}

export function addNote(id: string, text: string, key: string): Promise<Note> {
  return answer(
    api.POST('/api/conversations/{id}/notes', { ...path(id), headers: idempotent(key), body: { text } }),
  )
}

export async function deleteNote(id: string): Promise<void> {
  await answer(api.DELETE('/api/notes/{id}', path(id)))
}

export type ContactPatch = Partial<Record<'name' | 'phone' | 'email' | 'language' | 'notes', string>> & {
  tags?: string[]
}

export function changeContact(id: string, patch: ContactPatch, version: number): Promise<Contact> {
  return answer(api.PATCH('/api/contacts/{id}', { ...path(id), headers: ifMatch(version), body: patch }))
}

export interface CannedValues {
  shortcut: string
  title: string
  text: Texts
}

export function createCanned(values: CannedValues): Promise<CannedReply> {
  return answer(api.POST('/api/canned-replies', { body: values }))
}

export function changeCanned(id: string, values: CannedValues, version: number): Promise<CannedReply> {
  return answer(
    api.PATCH('/api/canned-replies/{id}', { ...path(id), headers: ifMatch(version), body: values }),
  )
}

export async function deleteCanned(id: string): Promise<void> {
  await answer(api.DELETE('/api/canned-replies/{id}', path(id)))
}

/**
 * Server messages into every thread that shows their conversation. The stream may have told more of one
 * before it was here, a quick delivery for example: such a one is read again.
 */
export function mergeIntoThreads(
  client: QueryClient,
  messages: readonly Message[],
  contactId?: string,
): void {
  const first = messages[0]
  if (!first) return
  const merge = (data: ThreadData | undefined) => data && mergeMessages(data, messages)
  client.setQueryData<ThreadData>(keys.thread(first.conversation_id), merge)
  if (contactId) client.setQueryData<ThreadData>(keys.timeline(contactId), merge)
  for (const { conversation_id, seq } of takeEarly(messages)) {
    void messageAt(conversation_id, seq).then(
      (now) => now && mergeIntoThreads(client, [now], contactId),
      // The next reconnect reads it again.
      () => undefined,
    )
  }
}
