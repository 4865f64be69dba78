import { Badge, Button } from '@mantine/core'
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import type { BrowserSession } from '@/shared/api/types'
import { TimeAgo } from '@/shared/time/TimeAgo'
import { ConfirmButton } from '@/shared/ui/ConfirmButton'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Panel } from '@/shared/ui/Panel'
import { RowsSkeleton } from '@/shared/ui/skeletons'
import { toast } from '@/shared/ui/toast'
import c from './SessionsPanel.module.css'

const key = ['sessions'] as const

export function SessionsPanel() {
  const { t } = useTranslation('account')
  const queryClient = useQueryClient()
  const sessions = useQuery({ queryKey: key, queryFn: () => answer(api.GET('/api/sessions')) })
  const refresh = () => queryClient.invalidateQueries({ queryKey: key })
  const end = useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/api/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => toast.done(t('sessions.ended')),
    onSettled: refresh,
  })
  const endOthers = useMutation({
    mutationFn: () => answer(api.DELETE('/api/sessions')),
    onSuccess: () => toast.done(t('sessions.othersEnded')),
    onSettled: refresh,
  })
  const items = sessions.data?.items ?? []
  return (
    <Panel
      title={t('sessions.title')}
      text={t('sessions.text')}
      actions={
        items.length > 1 && (
          <ConfirmButton
            question={t('sessions.endOthersQuestion')}
            confirm={t('sessions.end')}
            onConfirm={() => endOthers.mutateAsync()}
          >
            {t('sessions.endOthers')}
          </ConfirmButton>
        )
      }
    >
      {sessions.isPending && <RowsSkeleton rows={2} columns={3} />}
      {sessions.isError && <ErrorState error={sessions.error} onReload={() => void sessions.refetch()} />}
      <ul className={c.list}>
        {items.map((session) => (
          <Row
            key={session.id}
            session={session}
            isBusy={end.isPending && end.variables === session.id}
            onEnd={() => end.mutate(session.id)}
          />
        ))}
      </ul>
    </Panel>
  )
}

function Row({ session, isBusy, onEnd }: { session: BrowserSession; isBusy: boolean; onEnd: () => void }) {
  const { t } = useTranslation('account')
  const isMobile = /iPhone|iPad|Android/.test(session.user_agent)
  const Icon = isMobile ? IconDeviceMobile : IconDeviceDesktop
  return (
    <li className={c.row}>
      <Icon size={20} stroke={1.5} aria-hidden="true" />
      <div className={c.words}>
        <div className={c.name}>
          {session.user_agent === 'Unknown device' ? t('sessions.unknown') : session.user_agent}
          {session.is_current && <Badge color="green">{t('sessions.current')}</Badge>}
        </div>
        <div className={c.meta}>
          <span className="num">{session.ip}</span> · {t('sessions.lastSeen')}{' '}
          <TimeAgo at={session.last_seen_at} />
        </div>
      </div>
      {!session.is_current && (
        <Button variant="default" size="xs" loading={isBusy} onClick={onEnd}>
          {t('sessions.end')}
        </Button>
      )}
    </li>
  )
}
