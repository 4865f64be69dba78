import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { newKey } from '@/shared/api/client'
import { toast } from '@/shared/ui/toast'
import { editMessage, keys, mergeIntoThreads } from '../api'
import { type ComposerFile, clearComposer, composingOf, endEdit } from '../composing'
import { enqueue, type OutboxFile, type OutboxItem } from '../outbox'
import { toTelegramHtml } from '../thread/richText'
import type { Conversation, Draft } from '../types'
import { splitIntoMessages } from './compose'

function outFile(file: ComposerFile): OutboxFile | undefined {
  const { media } = file
  return (
    media && {
      mediaId: media.id,
      kind: file.kind,
      name: file.name,
      mime: media.mime,
      size: media.size,
      width: media.width,
      height: media.height,
      duration: file.duration,
      url: media.url,
      thumbUrl: media.thumb_url ?? '',
    }
  )
}

export function useSend(conversation: Conversation) {
  const client = useQueryClient()
  const { id, contact } = conversation
  const contactId = contact?.id ?? ''

  const put = useCallback(
    (text: string, files: readonly ComposerFile[], replyTo: OutboxItem['replyTo']) => {
      const ready = files.map(outFile).filter((file) => file !== undefined)
      const byMedia = new Map(ready.map((file) => [file.mediaId, file]))
      const parts = splitIntoMessages(text, ready)
      const items = parts.map(
        (part, index): OutboxItem => ({
          key: newKey(),
          conversationId: id,
          contactId,
          text: part.text,
          files: part.files.flatMap((file) => byMedia.get(file.mediaId) ?? []),
          ...(replyTo && index === 0 ? { replyTo } : {}),
          createdAt: new Date().toISOString(),
          phase: 'waiting',
        }),
      )
      enqueue(client, items)
    },
    [client, id, contactId],
  )

  const send = useCallback(() => {
    const now = composingOf(id)
    // First into the outbox, which is kept, then out of the composer: a crash between loses nothing.
    put(now.text.trim(), now.files, now.replyTo)
    clearComposer(id)
    void client.cancelQueries({ queryKey: keys.draft(id) })
    client.setQueryData<Draft>(keys.draft(id), { text: '' })
  }, [put, client, id])

  const saveEdit = useCallback(async () => {
    const { editing, text } = composingOf(id)
    if (!editing) return
    try {
      const words = text.trim()
      const message = await editMessage(editing.id, editing.isHtml ? words : toTelegramHtml(words))
      mergeIntoThreads(client, [message], contactId)
      endEdit(id)
    } catch (error) {
      // What was typed stays in the composer.
      toast.error(error, 'inbox')
    }
  }, [client, id, contactId])

  return { send, saveEdit, sendFiles: put }
}
