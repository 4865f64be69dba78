import { Button } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useCan, useSession } from '@/shared/auth/session'
import { ErrorState } from '@/shared/ui/ErrorState'
import { NeedsRight } from '@/shared/ui/NeedsRight'
import { Panel } from '@/shared/ui/Panel'
import { RowsSkeleton } from '@/shared/ui/skeletons'
import { toast } from '@/shared/ui/toast'
import { dismissUpdate, failedQuery, keys, retryUpdate } from '../api'
import type { Bot } from '../types'
import { FailedRow } from './FailedRow'
import c from './overview.module.css'

/** What Telegram sent and could not be applied: nothing is lost, a person decides. */
export function FailedPanel({ bot }: { bot: Bot }) {
  const { t } = useTranslation('telegram')
  const { workspace } = useSession()
  const canManage = useCan('MANAGE_BOTS')
  const queryClient = useQueryClient()
  const failed = useInfiniteQuery({ ...failedQuery(bot.id), enabled: canManage })
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: keys.failed(bot.id) }),
      queryClient.invalidateQueries({ queryKey: keys.diagnosis(bot.id) }),
    ])
  const retry = useMutation({
    mutationFn: ({ id, anyway }: { id: string; anyway: boolean }) => retryUpdate(id, anyway),
    onSuccess: () => toast.done(t('failed.applied')),
    onError: (error) => toast.error(error, 'telegram'),
    meta: { quiet: true },
    onSettled: refresh,
  })
  const dismiss = useMutation({
    mutationFn: dismissUpdate,
    onSuccess: () => toast.done(t('failed.dismissed')),
    onError: (error) => toast.error(error, 'telegram'),
    meta: { quiet: true },
    onSettled: refresh,
  })
  const items = failed.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Panel title={t('failed.title')} text={t('failed.text')}>
      {!canManage && workspace && <NeedsRight permission="MANAGE_BOTS" role={workspace.role} />}
      {canManage && failed.isPending && <RowsSkeleton rows={2} columns={2} />}
      {failed.isError && items.length === 0 && (
        <ErrorState error={failed.error} onReload={() => void failed.refetch()} />
      )}
      {failed.isSuccess && items.length === 0 && <p className={c.none}>{t('failed.none')}</p>}
      {items.length > 0 && (
        <ul className={c.list}>
          {items.map((update) => (
            <FailedRow
              key={update.id}
              update={update}
              isBusy={
                (retry.isPending && retry.variables.id === update.id) ||
                (dismiss.isPending && dismiss.variables === update.id)
              }
              onRetry={(anyway) => retry.mutateAsync({ id: update.id, anyway })}
              onDismiss={() => dismiss.mutateAsync(update.id)}
            />
          ))}
        </ul>
      )}
      {failed.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={failed.isFetchingNextPage}
          onClick={() => void failed.fetchNextPage()}
        >
          {t('failed.older')}
        </Button>
      )}
    </Panel>
  )
}
