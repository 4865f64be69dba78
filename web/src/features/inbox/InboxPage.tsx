import { useDocumentTitle } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { Boundary } from '@/shared/ui/Boundary'
import { conversationQuery, keys } from './api'
import { DetailsPane } from './details/DetailsPane'
import c from './InboxPage.module.css'
import { InboxContext, useInbox } from './inboxContext'
import { ConversationList } from './list/ConversationList'
import { nameOf } from './model'
import { openOutbox, pump } from './outbox'
import { NoConversation } from './thread/NoConversation'
import { ThreadPane } from './thread/ThreadPane'
import type { Conversation } from './types'
import { placeInLists, useInboxEvents } from './useInboxEvents'
import { useInboxShortcuts } from './useInboxShortcuts'
import { useInboxState } from './useInboxState'

export function InboxPage() {
  const inbox = useInboxState()
  const { chat } = inbox
  useInboxEvents(chat)
  useOutboxWhileOpen()
  useLeaveRows(chat)
  return (
    <InboxContext value={inbox}>
      <Title />
      <Keys />
      <div
        className={c.page}
        data-chat={chat !== '' || undefined}
        data-details={inbox.hasDetails || undefined}
      >
        <Boundary name="inbox.list">
          <ConversationList />
        </Boundary>
        <div className={c.thread}>
          <Boundary name="inbox.thread" resetKey={chat}>
            {chat ? <ThreadPane key={chat} id={chat} /> : <NoConversation />}
          </Boundary>
        </div>
        {chat && <DetailsPane id={chat} />}
      </div>
    </InboxContext>
  )
}

function Title() {
  const { t } = useTranslation('inbox')
  const { chat } = useInbox()
  const { data } = useQuery({ ...conversationQuery(chat), enabled: chat !== '' })
  useDocumentTitle(`${data ? `${nameOf(data)} · ` : ''}${t('title')} · Cartie`)
  return null
}

function Keys() {
  useInboxShortcuts()
  return null
}

/** Messages that an earlier page or a lost network left behind go as soon as they can. */
function useOutboxWhileOpen(): void {
  const client = useQueryClient()
  useEffect(() => {
    openOutbox()
    pump(client)
    const retry = () => pump(client)
    window.addEventListener('online', retry)
    return () => window.removeEventListener('online', retry)
  }, [client])
}

/** A row that stood on a list only because it was open leaves it when the reader moves on. */
function useLeaveRows(chat: string): void {
  const client = useQueryClient()
  const { user } = useSession()
  const last = useRef('')
  useEffect(() => {
    const left = last.current
    last.current = chat
    if (!left || left === chat) return
    const row = client.getQueryData<Conversation>(keys.conversation(left))
    if (row) placeInLists(client, row, user.id, chat)
  }, [client, chat, user.id])
}
