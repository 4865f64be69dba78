import { ActionIcon, Button, Indicator, Popover } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBell } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { subscribe } from '@/shared/api/events'
import type { Notification } from '@/shared/api/types'
import { safeNext, useSession } from '@/shared/auth/session'
import { TimeAgo } from '@/shared/time/TimeAgo'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorState } from '@/shared/ui/ErrorState'
import { PeopleSkeleton } from '@/shared/ui/skeletons'
import c from './Bell.module.css'
import { useNoticeText } from './noticeText'

const key = ['notifications'] as const

function useNotifications() {
  return useInfiniteQuery({
    queryKey: key,
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/notifications', {
          params: { query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: (page) => page.next || undefined,
  })
}

/** News that concerns this person, with the number of unread ones. */
export function Bell() {
  const { t } = useTranslation()
  const { user, workspace } = useSession()
  const queryClient = useQueryClient()
  const [opened, { toggle, close }] = useDisclosure(false)
  const list = useNotifications()
  const unread = list.data?.pages[0]?.unread_count ?? 0

  useEffect(
    () =>
      subscribe('notification.added', (events) => {
        if (events.some((event) => !event.data.user_id || event.data.user_id === user.id)) {
          void queryClient.invalidateQueries({ queryKey: key })
        }
      }),
    [queryClient, user.id],
  )

  const read = useMutation({
    mutationFn: (which: { ids: string[] } | { all: true }) =>
      answer(api.POST('/api/notifications/read', { body: which })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: key }),
  })

  if (!workspace) return null
  const label = t('bell.label', { count: unread })
  const items = list.data?.pages.flatMap((page) => page.items ?? []) ?? []
  return (
    <Popover
      opened={opened}
      onChange={(next) => !next && close()}
      position="bottom-end"
      width={360}
      trapFocus
    >
      <Indicator
        disabled={unread === 0}
        label={unread > 99 ? '99+' : unread}
        size={16}
        offset={9}
        color="var(--app-amber)"
        classNames={{ indicator: c.count ?? '' }}
      >
        <Popover.Target>
          <ActionIcon size={40} aria-label={label} title={label} onClick={toggle}>
            <IconBell size={20} stroke={1.5} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} maw="calc(100vw - 16px)">
        <div className={c.head}>
          <h2 className={c.title}>{t('bell.title')}</h2>
          {unread > 0 && (
            <Button variant="subtle" size="compact-sm" onClick={() => read.mutate({ all: true })}>
              {t('bell.readAll')}
            </Button>
          )}
        </div>
        <div className={c.list}>
          {list.isPending && <PeopleSkeleton rows={4} />}
          {list.isError && <ErrorState error={list.error} onReload={() => void list.refetch()} />}
          {list.isSuccess && items.length === 0 && <EmptyState drawing="bell" title={t('bell.empty')} />}
          {items.map((item) => (
            <Row
              key={item.id}
              item={item}
              onOpen={() => {
                close()
                if (!item.read_at) read.mutate({ ids: [item.id] })
              }}
            />
          ))}
          {list.hasNextPage && (
            <Button
              fullWidth
              variant="subtle"
              radius={0}
              loading={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {t('bell.older')}
            </Button>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function Row({ item, onOpen }: { item: Notification; onOpen: () => void }) {
  const router = useRouter()
  const textOf = useNoticeText()
  const to = safeNext(item.link)
  return (
    <a
      className={c.row}
      href={to}
      data-unread={!item.read_at || undefined}
      onClick={(event) => {
        onOpen()
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        router.history.push(to)
      }}
    >
      <span className={c.text}>{textOf(item)}</span>
      <span className={c.time}>
        <TimeAgo at={item.created_at} />
      </span>
    </a>
  )
}
