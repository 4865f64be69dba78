import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { toast } from '@/shared/ui/toast'
import { botsQuery, threadQuery, timelineQuery } from '../api'
import { beginEdit, replyTo } from '../composing'
import { focusOf } from '../focus'
import { useInbox } from '../inboxContext'
import { nameOf } from '../model'
import type { Conversation, Message, ReplyTo } from '../types'
import { plainText } from './richText'
import { type Thread, ThreadContext } from './threadContext'

// A quote of something older than this many pages is not looked for.
const mostPages = 25
const litMs = 1_600

/** The messages on the page: of this conversation, or of all the contact's. */
export function useThreadPages(conversation: Conversation) {
  const { isTimeline } = useInbox()
  const contactId = conversation.contact?.id
  const own = useInfiniteQuery({ ...threadQuery(conversation.id), enabled: !isTimeline || !contactId })
  const all = useInfiniteQuery({
    ...timelineQuery(contactId ?? ''),
    enabled: isTimeline && Boolean(contactId),
  })
  return isTimeline && contactId ? all : own
}

export function asReply(message: Message, conversation: Conversation, ours: string): ReplyTo {
  const author = message.direction === 'in' ? nameOf(conversation) : (message.author?.name ?? ours)
  return { id: message.id, text: plainText(message.text).slice(0, 160), author, kind: message.kind }
}

export function ThreadProvider({
  conversation,
  children,
}: {
  conversation: Conversation
  children: ReactNode
}) {
  const { t } = useTranslation('inbox')
  const { user } = useSession()
  const { data: bots } = useQuery(botsQuery())
  const { fetchNextPage } = useThreadPages(conversation)
  const [lit, setLit] = useState('')

  const jumpTo = useCallback(
    async (id: string) => {
      const isHere = () => document.querySelector(`[data-row="${CSS.escape(id)}"]`) !== null
      for (let page = 0; page < mostPages && !isHere(); page++) {
        const result = await fetchNextPage()
        // The rows of the page are drawn in the next frame.
        await new Promise(requestAnimationFrame)
        if (result.isError || (!result.hasNextPage && !isHere())) break
      }
      if (!isHere()) {
        toast.done(t('thread.quoteGone'))
        return
      }
      setLit(id)
      setTimeout(() => setLit((now) => (now === id ? '' : now)), litMs)
    },
    [fetchNextPage, t],
  )

  const value = useMemo<Thread>(
    () => ({
      conversation,
      me: user.id,
      botOf: (id) => (id === conversation.bot.id ? conversation.bot : bots?.find((bot) => bot.id === id)),
      reply: (message) => {
        replyTo(conversation.id, asReply(message, conversation, t('thread.ours')))
        focusOf.composer()
      },
      edit: (message) => {
        beginEdit(conversation.id, message.id, message.text)
        focusOf.composer()
      },
      jumpTo: (id) => void jumpTo(id),
      lit,
      isGroup: conversation.kind !== 'private',
    }),
    [conversation, user.id, bots, jumpTo, lit, t],
  )
  return <ThreadContext value={value}>{children}</ThreadContext>
}
