import {
  IconBan,
  IconCheck,
  IconInbox,
  IconLayoutSidebarRight,
  IconMailOpened,
  IconMessageReply,
  IconRotate,
  IconSearch,
  IconUserCheck,
} from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { type Command, useCommands } from '@/shared/lib/commands'
import { type Shortcut, useShortcuts } from '@/shared/lib/shortcuts'
import { conversationQuery, keys } from './api'
import { focusOf } from './focus'
import { useInbox } from './inboxContext'
import { type ListData, listItems } from './model'
import { useConversationActions } from './useConversationActions'
import { isCovered, useGuardedKeys } from './useGuardedKeys'

/** The keys of the inbox and the same acts for the palette. */
export function useInboxShortcuts(): void {
  const { t } = useTranslation('inbox')
  const inbox = useInbox()
  const client = useQueryClient()
  const { user } = useSession()
  const { data: conversation } = useQuery({ ...conversationQuery(inbox.chat), enabled: inbox.chat !== '' })
  const actions = useConversationActions(conversation)

  const [plain, guarded] = useMemo<[Shortcut[], Shortcut[]]>(() => {
    const step = (by: 1 | -1) => {
      const rows = listItems(client.getQueryData<ListData>(keys.list(inbox.filter)))
      const here = rows.findIndex((row) => row.id === inbox.chat)
      const next = rows[here < 0 ? 0 : here + by]
      if (next) inbox.open(next.id)
    }
    // A letter pressed over a picture or a menu is not meant for the list behind it.
    const free = (run: () => void) => () => {
      if (!isCovered()) run()
    }
    return [
      [
        { keys: 'j', label: t('key.next'), run: free(() => step(1)) },
        { keys: 'k', label: t('key.previous'), run: free(() => step(-1)) },
        { keys: 'r', label: t('key.reply'), run: free(focusOf.composer) },
        { keys: 'e', label: t('key.close'), run: free(actions.close) },
        { keys: 'a', label: t('key.assign'), run: free(focusOf.assign) },
        { keys: 'shift+u', label: t('key.unread'), run: free(() => inbox.chat && actions.unread()) },
        { keys: 'i', label: t('key.details'), run: free(() => inbox.setDetails(!inbox.hasDetails)) },
        { keys: '/', label: t('key.search'), run: free(focusOf.search) },
      ],
      [
        { keys: 'Enter', label: t('key.open'), run: () => (inbox.chat ? focusOf.composer() : step(1)) },
        { keys: 'Escape', label: t('key.leave'), run: () => inbox.chat && inbox.close() },
      ],
    ]
  }, [t, client, inbox, actions])
  useShortcuts('inbox', t('title'), plain)
  useGuardedKeys('inbox.open', t('key.group'), guarded)

  const commands = useMemo<Command[]>(() => {
    const group = t('title')
    const general: Command[] = [
      { id: 'inbox.search', label: t('key.search'), group, icon: IconSearch, run: focusOf.search },
      {
        id: 'inbox.mine',
        label: t('command.mine'),
        group,
        icon: IconInbox,
        run: () => inbox.setFilter({ view: 'mine', status: 'open' }),
      },
      {
        id: 'inbox.unread',
        label: t('command.unread'),
        group,
        icon: IconMailOpened,
        run: () => inbox.setFilter({ unread: true, status: 'open' }),
      },
      {
        id: 'inbox.closed',
        label: t('command.closed'),
        group,
        icon: IconBan,
        run: () => inbox.setFilter({ status: 'closed' }),
      },
    ]
    if (!conversation) return general
    const isClosed = conversation.status === 'closed'
    return [
      {
        id: 'inbox.reply',
        label: t('key.reply'),
        group,
        icon: IconMessageReply,
        run: () => setTimeout(focusOf.composer),
      },
      isClosed
        ? { id: 'inbox.reopen', label: t('action.reopen'), group, icon: IconRotate, run: actions.reopen }
        : { id: 'inbox.close', label: t('action.close'), group, icon: IconCheck, run: actions.close },
      {
        id: 'inbox.assignMe',
        label: t('action.assignMe'),
        group,
        icon: IconUserCheck,
        run: () => actions.assignTo({ id: user.id, name: user.name }),
      },
      { id: 'inbox.markUnread', label: t('action.unread'), group, icon: IconMailOpened, run: actions.unread },
      {
        id: 'inbox.details',
        label: t('key.details'),
        group,
        icon: IconLayoutSidebarRight,
        run: () => inbox.setDetails(!inbox.hasDetails),
      },
      ...general,
    ]
  }, [t, inbox, conversation, actions, user])
  useCommands('inbox', commands)
}
