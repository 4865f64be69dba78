import { Button, Loader } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorState } from '@/shared/ui/ErrorState'
import { botsQuery, listQuery } from '../api'
import { useInbox } from '../inboxContext'
import { listItems } from '../model'
import type { Filter } from '../types'
import { botLabels } from './botLabels'
import c from './ConversationList.module.css'
import { ConversationRow } from './ConversationRow'
import { ListFilters } from './ListFilters'
import { ListSkeleton } from './ListSkeleton'

const rowHeight = 68
// The next page is asked for this many rows before the end is seen.
const ahead = 12

// Where each list was left: coming back from another page shows the same rows.
const places = new Map<string, number>()

export function ConversationList() {
  const { t } = useTranslation('inbox')
  const { filter } = useInbox()
  return (
    <section className={c.pane} aria-label={t('list.label')}>
      <h1 className="visually-hidden">{t('title')}</h1>
      <ListFilters />
      <Rows key={JSON.stringify({ ...filter, q: '' })} filter={filter} />
    </section>
  )
}

function Rows({ filter }: { filter: Filter }) {
  const { t } = useTranslation('inbox')
  const { chat, setFilter } = useInbox()
  const query = useInfiniteQuery({ ...listQuery(filter), placeholderData: (before) => before })
  const rows = listItems(query.data)
  const { data: bots } = useQuery(botsQuery())
  const labels = useMemo(() => botLabels(bots ?? []), [bots])
  const scroller = useRef<HTMLDivElement>(null)
  const placeKey = JSON.stringify(filter)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
    initialOffset: places.get(placeKey) ?? 0,
  })

  const shown = virtual.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && lastShown >= rows.length - ahead) {
      void fetchNextPage()
    }
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, lastShown, rows.length])

  // Keys walk through the list: the open row stays in sight.
  const openIndex = rows.findIndex((row) => row.id === chat)
  useEffect(() => {
    if (openIndex >= 0) virtual.scrollToIndex(openIndex, { align: 'auto' })
  }, [openIndex, virtual])

  if (query.isPending) return <ListSkeleton />
  if (query.isError && rows.length === 0) {
    return <ErrorState error={query.error} onReload={() => void query.refetch()} />
  }
  if (rows.length === 0)
    return <NoRows filter={filter} onReset={() => setFilter({ q: '', unread: false, bot: '' })} />
  return (
    <div
      ref={scroller}
      className={c.scroller}
      data-old={query.isPlaceholderData || undefined}
      onScroll={(event) => places.set(placeKey, event.currentTarget.scrollTop)}
    >
      <ul className={c.rows} style={{ height: virtual.getTotalSize() }}>
        {shown.map((item) => {
          const row = rows[item.index]
          return (
            row && (
              <li
                key={item.key}
                className={c.slot}
                aria-setsize={hasNextPage ? -1 : rows.length}
                aria-posinset={item.index + 1}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                <ConversationRow
                  conversation={row}
                  isOpen={row.id === chat}
                  botLabel={labels.get(row.bot.id) ?? (row.bot.name || row.bot.username)}
                />
              </li>
            )
          )
        })}
      </ul>
      {isFetchingNextPage && (
        <div className={c.more} role="status" aria-label={t('list.loadingMore')}>
          <Loader size="xs" />
        </div>
      )}
      {isFetchNextPageError && (
        <div className={c.more}>
          <Button variant="default" size="xs" onClick={() => void fetchNextPage()}>
            {t('list.moreFailed')}
          </Button>
        </div>
      )}
    </div>
  )
}

function NoRows({ filter, onReset }: { filter: Filter; onReset: () => void }) {
  const { t } = useTranslation('inbox')
  const isNarrowed = filter.q !== '' || filter.unread || filter.bot !== ''
  if (isNarrowed) {
    return (
      <EmptyState
        drawing="search"
        title={t('list.nothingFound')}
        action={
          <Button variant="default" onClick={onReset}>
            {t('list.showAll')}
          </Button>
        }
      />
    )
  }
  const titles = { all: 'list.empty', mine: 'list.emptyMine', unassigned: 'list.emptyUnassigned' } as const
  return (
    <EmptyState
      drawing="chats"
      title={t(filter.status === 'closed' ? 'list.emptyClosed' : titles[filter.view])}
      {...(filter.view === 'all' && filter.status === 'open' ? { text: t('list.emptyText') } : {})}
    />
  )
}
