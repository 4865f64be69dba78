import { Button, Group } from '@mantine/core'
import { IconPlugConnected, IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useCan, useSession } from '@/shared/auth/session'
import { TimeAgo } from '@/shared/time/TimeAgo'
import { ErrorState } from '@/shared/ui/ErrorState'
import { FormError } from '@/shared/ui/FormError'
import { NeedsRight } from '@/shared/ui/NeedsRight'
import { Panel } from '@/shared/ui/Panel'
import { RowsSkeleton } from '@/shared/ui/skeletons'
import { toast } from '@/shared/ui/toast'
import { connectBot, diagnosisQuery, keys } from '../api'
import { linesOf, worst } from '../diagnosis'
import type { Bot } from '../types'
import { DiagnosisLine } from './DiagnosisLine'
import c from './overview.module.css'

export function DiagnosisPanel({ bot }: { bot: Bot }) {
  const { t } = useTranslation('telegram')
  const { workspace } = useSession()
  const canManage = useCan('MANAGE_BOTS')
  const queryClient = useQueryClient()
  const diagnosis = useQuery({ ...diagnosisQuery(bot.id), enabled: canManage })
  const connect = useMutation({
    meta: { quiet: true },
    mutationFn: () => connectBot(bot.id),
    onSuccess: () => toast.done(t('diagnosis.connected')),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.one(bot.id) }),
  })
  const lines = diagnosis.data ? linesOf(diagnosis.data, diagnosis.dataUpdatedAt) : []
  return (
    <Panel
      title={t('diagnosis.title')}
      text={
        diagnosis.data && (
          <>
            {t(`diagnosis.sum.${worst(lines)}`)} · {t('diagnosis.asked')}{' '}
            <TimeAgo at={new Date(diagnosis.dataUpdatedAt).toISOString()} />
          </>
        )
      }
      actions={
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} stroke={1.5} />}
            loading={diagnosis.isFetching}
            disabled={!canManage}
            onClick={() => void diagnosis.refetch()}
          >
            {t('diagnosis.refresh')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPlugConnected size={16} stroke={1.5} />}
            loading={connect.isPending}
            disabled={!canManage || !bot.is_enabled}
            title={bot.is_enabled ? undefined : t('problem.bot_disabled')}
            onClick={() => connect.mutate()}
          >
            {bot.mode === 'webhook' ? t('diagnosis.connectWebhook') : t('diagnosis.connectPolling')}
          </Button>
        </Group>
      }
    >
      {connect.isError && (
        <div className={c.error}>
          <FormError error={connect.error} namespace="telegram" />
        </div>
      )}
      {!canManage && workspace && <NeedsRight permission="MANAGE_BOTS" role={workspace.role} />}
      {canManage && diagnosis.isPending && <RowsSkeleton rows={7} columns={1} />}
      {diagnosis.isError && !diagnosis.data && (
        <ErrorState error={diagnosis.error} onReload={() => void diagnosis.refetch()} />
      )}
      {lines.length > 0 && (
        <ul className={c.lines} aria-busy={diagnosis.isFetching}>
          {lines.map((line) => (
            <DiagnosisLine key={line.key} line={line} />
          ))}
        </ul>
      )}
    </Panel>
  )
}
