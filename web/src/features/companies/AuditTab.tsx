import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { useSession } from '@/shared/auth/session'
import { useRoleName } from '@/shared/auth/useRoleName'
import { useFormat } from '@/shared/time/useFormat'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorState } from '@/shared/ui/ErrorState'
import { NeedsRight } from '@/shared/ui/NeedsRight'
import { Panel } from '@/shared/ui/Panel'
import { RowsSkeleton } from '@/shared/ui/skeletons'
import c from './AuditTab.module.css'
import { auditQuery, keys, membersQuery, useCanIn } from './api'
import { byDay, collapse, type Names, sentenceFor } from './audit'
import type { AuditEntry, Company } from './types'

type LooseT = (key: string, options?: Record<string, string>) => string

/** The words for what entries only name by identifiers. */
function useNames(company: Company): Names {
  const { t } = useTranslation('companies')
  const roleName = useRoleName()
  const { workspace } = useSession()
  const { data: members } = useQuery(membersQuery(company.id))
  const { data: bots } = useQuery({
    queryKey: [...keys.one(company.id), 'bots'],
    enabled: workspace?.id === company.id,
    queryFn: async () => (await answer(api.GET('/api/bots'))).items,
  })
  return useMemo(() => {
    const loose = t as unknown as LooseT
    return {
      member: (id) => members?.find((member) => member.user_id === id)?.name ?? t('audit.somebody'),
      role: roleName,
      field: (field) => loose(`audit.field.${field}`, { defaultValue: field }),
      bot: (id) => bots?.find((bot) => bot.id === id)?.name ?? t('audit.aBot'),
    }
  }, [t, roleName, members, bots])
}

export function AuditTab({ company }: { company: Company }) {
  const { t } = useTranslation('companies')
  const canSee = useCanIn(company)('VIEW_LOGS')
  const format = useFormat()
  const names = useNames(company)
  const entries = useInfiniteQuery({ ...auditQuery(company.id), enabled: canSee })
  if (!canSee) return <NeedsRight permission="VIEW_LOGS" role={company.role} />
  const items = entries.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Panel title={t('audit.title')} text={t('audit.text')}>
      {entries.isPending && <RowsSkeleton rows={8} columns={3} />}
      {entries.isError && items.length === 0 && (
        <ErrorState error={entries.error} onReload={() => void entries.refetch()} />
      )}
      {entries.isSuccess && items.length === 0 && <EmptyState drawing="search" title={t('audit.empty')} />}
      {byDay(items, (at) => format.day(at)).map(({ day, entries: list }) => (
        <section key={list[0]?.seq} className={c.day}>
          <h3 className={c.date}>{day}</h3>
          <ul className={c.list}>
            {collapse(list, sameness).map(({ entry, count }) => (
              <Row key={entry.seq} entry={entry} count={count} names={names} />
            ))}
          </ul>
        </section>
      ))}
      {entries.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={entries.isFetchingNextPage}
          onClick={() => void entries.fetchNextPage()}
        >
          {t('audit.older')}
        </Button>
      )}
    </Panel>
  )
}

/** What must be equal for two entries to be told as one. */
function sameness({ kind, actor, actor_type, data, ip }: AuditEntry): string {
  const quiet = kind.startsWith('message.') || kind.startsWith('notification.') || kind === 'media.ready'
  return JSON.stringify([kind, actor?.id, actor_type, ip, quiet ? null : data])
}

function Row({ entry, count, names }: { entry: AuditEntry; count: number; names: Names }) {
  const { t } = useTranslation('companies')
  const format = useFormat()
  const sentence = sentenceFor(entry, names)
  const loose = t as unknown as LooseT
  const who = entry.actor?.name ?? (entry.actor_type === 'contact' ? t('audit.customer') : t('audit.system'))
  return (
    <li className={c.row}>
      <time className={c.time} dateTime={entry.at} title={format.full(entry.at)}>
        {format.clock(entry.at)}
      </time>
      <div className={c.words}>
        <span className={c.who}>{who}</span>
        {' · '}
        {sentence ? loose(`audit.kind.${sentence.key}`, sentence.params) : <code>{entry.kind}</code>}
        {count > 1 && <span className={c.ip}>× {count}</span>}
        {entry.ip && <span className={c.ip}>{entry.ip}</span>}
      </div>
    </li>
  )
}
