import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { type DomainEvent, subscribe, useLive } from '@/shared/api/events'
import { ApiError } from '@/shared/api/problem'
import { useSession } from '@/shared/auth/session'
import { contactQuery, conversationQuery, keys, messageAt, messagesAfter } from './api'
import { noteEarly, takeEarly } from './early'
import {
  type ListData,
  mergeMessages,
  newestSeq,
  patchMessage,
  patchRows,
  placeConversation,
  rowWithContact,
  rowWithState,
  type ThreadData,
  withState,
} from './model'
import { useOutbox, withoutEchoes } from './outbox'
import { oncePerId, type Plan, planOf } from './plan'
import { plainText } from './thread/richText'
import type { Conversation, Filter, Message } from './types'

// A burst over more conversations than this reads the first pages again instead of each row.
const mostRows = 12

/** Puts a conversation as it is now into every list on which it stands or should stand. */
export function placeInLists(client: QueryClient, row: Conversation, me: string, openChat: string): void {
  client.setQueryData<Conversation>(keys.conversation(row.id), row)
  for (const query of client.getQueryCache().findAll({ queryKey: keys.lists() })) {
    const filter = query.queryKey.at(-1) as Filter
    client.setQueryData<ListData>(
      query.queryKey,
      (data) => data && placeConversation(data, row, filter, me, openChat),
    )
  }
  const contact = row.contact?.id
  if (contact) {
    client.setQueryData<readonly Conversation[]>(keys.contactConversations(contact), (rows) =>
      rows?.map((known) => (known.id === row.id ? row : known)),
    )
  }
}

/** The caches in which messages of a conversation may stand. */
function threadKeys(client: QueryClient, conversation: string): readonly (readonly unknown[])[] {
  const timelines = client
    .getQueryCache()
    .findAll({ queryKey: keys.timelines() })
    .filter((query) =>
      (query.state.data as ThreadData | undefined)?.pages.some((page) =>
        page.items.some((item) => item.conversation_id === conversation),
      ),
    )
    .map((query) => query.queryKey)
  return [keys.thread(conversation), ...timelines]
}

function eachThread(client: QueryClient, id: string, change: (data: ThreadData) => ThreadData): void {
  for (const key of threadKeys(client, id)) {
    client.setQueryData<ThreadData>(key, (data) => data && change(data))
  }
}

export class LiveInbox {
  private readonly client: QueryClient
  private readonly me: string
  private readonly openChat: () => string
  private readonly readRow = oncePerId((id) => this.refreshRow(id))
  private readonly readGap = oncePerId((id) => this.refreshTail(id))
  private readonly readContact = oncePerId((id) => this.refreshContact(id))

  constructor(client: QueryClient, me: string, openChat: () => string) {
    this.client = client
    this.me = me
    this.openChat = openChat
  }

  take(events: readonly DomainEvent[]): void {
    const plan = planOf(events, this.me)
    for (const { conversation, id, state } of plan.states) {
      if (!this.find(conversation, id)) noteEarly(id)
      eachThread(this.client, conversation, (data) =>
        patchMessage(data, id, (message) => withState(message, state)),
      )
      for (const [key] of this.client.getQueriesData<ListData>({ queryKey: keys.lists() })) {
        this.client.setQueryData<ListData>(
          key,
          (data) =>
            data &&
            patchRows(
              data,
              (row) => row.id === conversation,
              (row) => rowWithState(row, state),
            ),
        )
      }
    }
    this.takeRows(plan)
    for (const id of plan.grown) this.grow(id)
    for (const { conversation, id, seq } of plan.messages) void this.refreshMessage(conversation, id, seq)
    for (const id of plan.contacts) this.readContact(id)
    this.invalidate(plan)
  }

  /** After a pause of the stream: what was missed in the open thread, and the lists. */
  catchUp(): void {
    void this.client.invalidateQueries({ queryKey: keys.lists() })
    const open = this.openChat()
    if (!open) return
    this.readRow(open)
    this.readGap(open)
  }

  private takeRows(plan: Plan): void {
    if (plan.rows.size <= mostRows) {
      for (const id of plan.rows) this.readRow(id)
      return
    }
    void this.client.invalidateQueries({ queryKey: keys.lists() })
    for (const id of plan.rows) {
      void this.client.invalidateQueries({ queryKey: keys.conversation(id) })
    }
  }

  private grow(id: string): void {
    const active =
      this.client.getQueryCache().findAll({ queryKey: keys.thread(id), type: 'active' }).length > 0
    const isOnTimeline = threadKeys(this.client, id).length > 1
    if (active || isOnTimeline) this.readGap(id)
    // Nobody looks: it is read when it is opened.
    else this.client.removeQueries({ queryKey: keys.thread(id), type: 'inactive' })
  }

  private async refreshRow(id: string): Promise<void> {
    const row = await this.client.fetchQuery({ ...conversationQuery(id), staleTime: 0 })
    placeInLists(this.client, row, this.me, this.openChat())
  }

  private async refreshTail(id: string): Promise<void> {
    const newest = Math.max(
      ...threadKeys(this.client, id).map((key) => newestSeq(this.client.getQueryData<ThreadData>(key), id)),
    )
    if (newest === 0) {
      await this.client.invalidateQueries({ queryKey: keys.thread(id) })
      return
    }
    const got = await messagesAfter(id, newest)
    const fresh = withoutEchoes(got, useOutbox.getState().items, this.me, plainText)
    eachThread(this.client, id, (data) => mergeMessages(data, fresh))
    for (const message of takeEarly(fresh)) void this.refreshMessage(id, message.id, message.seq)
  }

  private find(conversation: string, id: string): Message | undefined {
    for (const key of threadKeys(this.client, conversation)) {
      const data = this.client.getQueryData<ThreadData>(key)
      const known = data?.pages.flatMap((page) => page.items).find((item) => item.id === id)
      if (known) return known
    }
    return undefined
  }

  private async refreshMessage(conversation: string, id: string, knownSeq: number): Promise<void> {
    const known = this.find(conversation, id)
    const seq = known?.seq ?? knownSeq
    if (!known) noteEarly(id)
    // Not on the page: nothing to mend, but it may be on its way.
    if (!known || seq === 0) return
    try {
      const message = await messageAt(conversation, seq)
      if (message) eachThread(this.client, conversation, (data) => mergeMessages(data, [message]))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }

  private async refreshContact(id: string): Promise<void> {
    const lists = this.client.getQueriesData<ListData>({ queryKey: keys.lists() })
    const isShown =
      this.client.getQueryData(keys.contact(id)) !== undefined ||
      lists.some(([, data]) => data?.pages.some((page) => page.items.some((row) => row.contact?.id === id)))
    if (!isShown) return
    const contact = await this.client.fetchQuery({ ...contactQuery(id), staleTime: 0 })
    for (const [key] of lists) {
      this.client.setQueryData<ListData>(
        key,
        (data) =>
          data &&
          patchRows(
            data,
            (row) => row.contact?.id === id,
            (row) => rowWithContact(row, contact),
          ),
      )
    }
    for (const query of this.client.getQueryCache().findAll({ queryKey: [...keys.all(), 'conversation'] })) {
      this.client.setQueryData<Conversation>(query.queryKey, (row) => row && rowWithContact(row, contact))
    }
    void this.client.invalidateQueries({ queryKey: keys.contactHistory(id) })
  }

  private invalidate(plan: Plan): void {
    for (const id of plan.notes) void this.client.invalidateQueries({ queryKey: keys.notes(id) })
    for (const id of plan.history) void this.client.invalidateQueries({ queryKey: keys.history(id) })
    for (const id of plan.drafts) void this.client.invalidateQueries({ queryKey: keys.draft(id) })
    if (plan.hasCanned) void this.client.invalidateQueries({ queryKey: keys.canned() })
    if (plan.hasBots) void this.client.invalidateQueries({ queryKey: keys.bots() })
  }
}

/** Keeps lists and threads true while the page is open. */
export function useInboxEvents(openChat: string): void {
  const client = useQueryClient()
  const { user } = useSession()
  const me = user.id
  useEffect(() => {
    const live = new LiveInbox(client, me, () => openChat)
    const stop = subscribe('*', (events) => live.take(events))
    let wasBroken = false
    const stopLive = useLive.subscribe(({ state }) => {
      if (state === 'waiting') wasBroken = true
      if (state !== 'open' || !wasBroken) return
      wasBroken = false
      live.catchUp()
    })
    return () => {
      stop()
      stopLive()
    }
  }, [client, me, openChat])
}
