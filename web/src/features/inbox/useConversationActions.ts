import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { toast } from '@/shared/ui/toast'
import { assign, markUnread, setStatus } from './api'
import { useInbox } from './inboxContext'
import { nameOf } from './model'
import type { Conversation, Ref } from './types'
import { placeInLists } from './useInboxEvents'

export interface ConversationActions {
  close: () => void
  reopen: () => void
  assignTo: (member: Ref | null) => void
  unread: () => void
}

/** What is done with a conversation: at once on the page, then on the server, and back when it refuses. */
export function useConversationActions(conversation: Conversation | undefined): ConversationActions {
  const client = useQueryClient()
  const { t } = useTranslation('inbox')
  const { user } = useSession()
  const { chat, close } = useInbox()
  return useMemo(() => {
    const run = async (change: Partial<Conversation>, call: (id: string) => Promise<Conversation>) => {
      if (!conversation) return false
      placeInLists(client, { ...conversation, ...change }, user.id, chat)
      try {
        placeInLists(client, await call(conversation.id), user.id, chat)
        return true
      } catch (error) {
        placeInLists(client, conversation, user.id, chat)
        toast.error(error, 'inbox')
        return false
      }
    }
    const reopen = () => void run({ status: 'open' }, (id) => setStatus(id, 'open'))
    return {
      reopen,
      close: () => {
        if (!conversation || conversation.status === 'closed') return
        void run({ status: 'closed' }, (id) => setStatus(id, 'closed')).then((isDone) => {
          if (isDone) toast.undo(t('action.closed', { name: nameOf(conversation) }), reopen)
        })
      },
      assignTo: (member) => void run({ assignee: member }, (id) => assign(id, member?.id ?? null)),
      unread: () => {
        // The chat is left first: standing open, it would be read again at once.
        close()
        void run({ unread_count: Math.max(1, conversation?.unread_count ?? 0) }, markUnread)
      },
    }
  }, [client, conversation, user.id, chat, close, t])
}
