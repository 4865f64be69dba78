import { useLocalStorage, useMediaQuery } from '@mantine/hooks'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { useIsPhone } from '@/shared/lib/useIsPhone'
import type { Inbox } from './inboxContext'
import { type InboxSearch, inboxRoute } from './routes'
import type { Filter } from './types'

/** Defaults stay out of the address. */
function toSearch(filter: Partial<Filter>): InboxSearch {
  const search: InboxSearch = {}
  if ('view' in filter) search.view = filter.view === 'all' ? undefined : filter.view
  if ('bot' in filter) search.bot = filter.bot || undefined
  if ('status' in filter) search.status = filter.status === 'open' ? undefined : filter.status
  if ('unread' in filter) search.unread = filter.unread || undefined
  if ('q' in filter) search.q = filter.q || undefined
  return search
}

export function useInboxState(): Inbox {
  const search = inboxRoute.useSearch()
  const navigate = useNavigate()
  const router = useRouter()
  const isPhone = useIsPhone()
  const isNarrow = useMediaQuery('(max-width: 80em)', undefined, { getInitialValueInEffect: false }) ?? false
  const [hasPanel, setPanel] = useLocalStorage({
    key: 'cartie-inbox-details',
    defaultValue: true,
    getInitialValueInEffect: false,
  })
  // Where it covers the thread it opens only when asked for, and a reload does not bring it back.
  const [hasSheet, setSheet] = useLocalStorage({
    key: 'cartie-inbox-sheet',
    defaultValue: false,
    getInitialValueInEffect: false,
  })

  const go = useCallback(
    (change: InboxSearch, isReplaced: boolean) =>
      void navigate({
        to: '/inbox',
        search: (before: InboxSearch) => ({ ...before, ...change }),
        replace: isReplaced,
      }),
    [navigate],
  )

  const {
    view = 'all',
    bot = '',
    status = 'open',
    unread = false,
    q = '',
    chat = '',
    timeline = false,
  } = search
  const filter = useMemo<Filter>(() => ({ view, bot, status, unread, q }), [view, bot, status, unread, q])

  return useMemo<Inbox>(
    () => ({
      filter,
      setFilter: (change) => go(toSearch(change), true),
      chat,
      // On a phone the conversation is a page of its own: the back gesture returns to the list.
      open: (id) => {
        if (id !== chat) go({ chat: id, timeline: undefined }, chat !== '')
        if (isNarrow) setSheet(false)
      },
      close: () => go({ chat: undefined, timeline: undefined }, true),
      hrefOf: (id) => router.buildLocation({ to: '/inbox', search: { ...toSearch(filter), chat: id } }).href,
      isTimeline: timeline,
      setTimeline: (isOn) => go({ timeline: isOn || undefined }, true),
      hasDetails: isNarrow ? hasSheet : hasPanel,
      setDetails: isNarrow ? setSheet : setPanel,
      isPhone,
    }),
    [filter, go, chat, timeline, isNarrow, isPhone, hasSheet, hasPanel, setSheet, setPanel, router],
  )
}
