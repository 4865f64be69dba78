import { ActionIcon, Button, Loader } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorState } from '@/shared/ui/ErrorState'
import { markRead } from '../api'
import { useInbox } from '../inboxContext'
import { firstUnread, threadMessages } from '../model'
import { useOutbox } from '../outbox'
import { placeInLists } from '../useInboxEvents'
import c from './MessageList.module.css'
import { MessageRow } from './MessageRow'
import { OutboxRow } from './OutboxRow'
import { rowsOf } from './rows'
import { useThreadPages } from './ThreadProvider'
import { BubbleSkeleton } from './ThreadSkeleton'
import { useThread } from './threadContext'
import { useThreadScroll } from './useThreadScroll'

const readDelayMs = 400

export function MessageList() {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const { conversation, lit } = useThread()
  const { isTimeline } = useInbox()
  const pages = useThreadPages(conversation)
  const messages = useMemo(() => threadMessages(pages.data), [pages.data])
  const outbox = useOutbox((store) => store.items)
  const waiting = useMemo(
    () => outbox.filter((item) => item.conversationId === conversation.id),
    [outbox, conversation.id],
  )

  // Where the unread ones began is decided once: reading them does not move the line.
  const [unreadFrom, setUnreadFrom] = useState<string | undefined>()
  const [isCounted, setCounted] = useState(false)
  if (!isCounted && messages.length > 0) {
    setCounted(true)
    setUnreadFrom(isTimeline ? undefined : firstUnread(messages, conversation.unread_count))
  }

  const zone = format.place.zone
  const rows = useMemo(
    () => rowsOf(messages, { zone, unreadFrom, showBots: isTimeline }),
    [messages, zone, unreadFrom, isTimeline],
  )
  const moved = useMemo(() => ({ rows, waiting }), [rows, waiting])
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = pages
  const onSeen = useMarkRead(isTimeline)
  const { scroller, content, onScroll, atEnd, toEnd, scrollToRow } = useThreadScroll({
    rows: moved,
    startAt: unreadFrom ? 'unread' : undefined,
    isReady: pages.isSuccess,
    onNearStart: () => {
      if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
    },
    onSeen,
  })

  // What I write is always seen.
  const mine = waiting.at(-1)?.key
  useEffect(() => {
    if (mine) toEnd()
  }, [mine, toEnd])
  // A message may be on the page before the row of its conversation says that it is unread.
  const unread = conversation.unread_count
  useEffect(() => {
    if (unread > 0) onScroll()
  }, [unread, onScroll])
  useEffect(() => {
    if (lit) scrollToRow(lit)
  }, [lit, scrollToRow])
  const fresh = useFreshBelow(messages.at(-1)?.id, atEnd, messages)

  if (pages.isPending) return <BubbleSkeleton />
  if (pages.isError && messages.length === 0) {
    return <ErrorState error={pages.error} onReload={() => void pages.refetch()} />
  }
  return (
    <div className={c.frame}>
      <div
        ref={scroller}
        className={c.scroller}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region is reached by the keyboard
        tabIndex={0}
        role="log"
        aria-label={t('thread.log')}
      >
        <div ref={content} className={c.content}>
          {isFetchingNextPage && (
            <div className={c.edge} role="status" aria-label={t('thread.loadingOlder')}>
              <Loader size="xs" />
            </div>
          )}
          {isFetchNextPageError && (
            <div className={c.edge}>
              <Button variant="default" size="xs" onClick={() => void fetchNextPage()}>
                {t('thread.olderFailed')}
              </Button>
            </div>
          )}
          {messages.length === 0 && waiting.length === 0 && (
            <EmptyState drawing="chats" title={t('thread.empty')} />
          )}
          {rows.map((row) => (
            <MessageRow key={row.key} row={row} />
          ))}
          {waiting.map((item) => (
            <OutboxRow key={item.key} item={item} />
          ))}
        </div>
      </div>
      {!atEnd && (
        <div className={c.down}>
          {fresh > 0 ? (
            <Button
              size="compact-sm"
              radius="xl"
              leftSection={<IconArrowDown size={14} />}
              onClick={() => toEnd('smooth')}
            >
              {t('thread.fresh', { count: fresh })}
            </Button>
          ) : (
            <ActionIcon
              className={c.arrow ?? ''}
              variant="default"
              radius="xl"
              size={36}
              aria-label={t('thread.toEnd')}
              onClick={() => toEnd('smooth')}
            >
              <IconArrowDown size={18} stroke={1.5} />
            </ActionIcon>
          )}
        </div>
      )}
    </div>
  )
}

/** How many messages came since the reader left the end. */
function useFreshBelow(
  lastId: string | undefined,
  atEnd: boolean,
  messages: readonly { id: string }[],
): number {
  const [seenId, setSeenId] = useState(lastId)
  if (atEnd && seenId !== lastId) setSeenId(lastId)
  if (atEnd || seenId === undefined) return 0
  const seen = messages.findIndex((message) => message.id === seenId)
  return seen < 0 ? 0 : messages.length - 1 - seen
}

/** Tells the server what was seen, a moment after it was. */
function useMarkRead(isTimeline: boolean): (seq: number) => void {
  const client = useQueryClient()
  const { conversation, me } = useThread()
  const { chat } = useInbox()
  const told = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return (seq) => {
    // In the timeline the seqs of several conversations stand side by side.
    if (isTimeline || conversation.unread_count === 0 || seq <= told.current) return
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      told.current = seq
      markRead(conversation.id, seq).then(
        (row) => placeInLists(client, row, me, chat),
        // Not worth a word: the next thing seen tells again.
        () => {
          told.current = 0
        },
      )
    }, readDelayMs)
  }
}
