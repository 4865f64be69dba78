import { useDebouncedCallback } from '@mantine/hooks'
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { draftQuery, keys, saveDraft } from '../api'
import { type Composing, compose, composingOf, readLocalDraft, useComposing } from '../composing'
import { useOutbox } from '../outbox'
import type { Draft, Message, ReplyTo } from '../types'
import { chooseDraft } from './compose'

const saveDelayMs = 1_200

/** Brings back what was not sent, from this browser or another device, and keeps it on the server too. */
export function useDraft(
  id: string,
  quoteOf: (messageId: string) => Message | undefined,
  asReply: (message: Message) => ReplyTo,
): void {
  const client = useQueryClient()
  const server = useQuery(draftQuery(id))

  useEffect(() => {
    if (useComposing.getState().byConversation[id]) return
    const local = readLocalDraft(id)
    if (local) compose(id, { text: local.text, isDirty: local.isDirty })
  }, [id])

  const fresh = server.isFetchedAfterMount ? server.data : undefined
  useEffect(() => {
    if (!fresh) return
    const now = composingOf(id)
    if (now.editing || isOnItsWay(id, fresh.text)) return
    const chosen = chooseDraft(
      { text: now.text, replyToId: now.replyTo?.id ?? '', isDirty: now.isDirty },
      fresh,
    )
    if (chosen.isDirty || (chosen.text === now.text && chosen.replyToId === (now.replyTo?.id ?? ''))) return
    const quoted = chosen.replyToId ? quoteOf(chosen.replyToId) : undefined
    compose(id, { text: chosen.text, isDirty: false, replyTo: quoted && asReply(quoted) })
  }, [id, fresh, quoteOf, asReply])

  const now = useComposing((store) => store.byConversation[id])
  const save = useDebouncedCallback(() => void keep(client, id), { delay: saveDelayMs, flushOnUnmount: true })
  const text = now?.text
  const replyId = now?.replyTo?.id
  const isDirty = now?.isDirty ?? false
  const isEditing = now?.editing !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of what is typed starts the wait again
  useEffect(() => {
    if (isDirty && !isEditing) save()
  }, [text, replyId, isDirty, isEditing, save])
}

/** What was just sent is not a draft, even while the server has not heard of it. */
function isOnItsWay(id: string, text: string): boolean {
  return (
    text !== '' && useOutbox.getState().items.some((item) => item.conversationId === id && item.text === text)
  )
}

async function keep(client: QueryClient, id: string): Promise<void> {
  const before: Composing = composingOf(id)
  if (!before.isDirty || before.editing) return
  const draft: Draft = { text: before.text, reply_to_id: before.replyTo?.id ?? null }
  try {
    await saveDraft(id, draft)
    client.setQueryData<Draft>(keys.draft(id), draft)
    const now = composingOf(id)
    if (now.text === before.text && now.replyTo === before.replyTo && now.isDirty)
      compose(id, { isDirty: false })
  } catch {
    // The copy in this browser stays, marked as not kept; the next change tries again.
  }
}
