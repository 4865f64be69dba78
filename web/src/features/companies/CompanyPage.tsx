import { Badge, Tabs } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { onReset, subscribe } from '@/shared/api/events'
import { sessionQuery, useSession } from '@/shared/auth/session'
import { useRoleName } from '@/shared/auth/useRoleName'
import { Boundary } from '@/shared/ui/Boundary'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Page } from '@/shared/ui/Page'
import { PageHeader } from '@/shared/ui/PageHeader'
import { FormSkeleton } from '@/shared/ui/skeletons'
import { AuditTab } from './AuditTab'
import { companyQuery, keys } from './api'
import c from './CompanyPage.module.css'
import { GeneralTab } from './general/GeneralTab'
import { HoursTab } from './hours/HoursTab'
import { PlanTab } from './PlanTab'
import { RolesTab } from './RolesTab'
import { type CompanyTab, tabs } from './tabs'
import { TeamTab } from './team/TeamTab'
import type { Company } from './types'

const route = getRouteApi('/app/companies/$id')

/** Changes by others arrive by themselves, for the company in which this tab works. */
function useCompanyEvents(id: string): void {
  const { workspace } = useSession()
  const queryClient = useQueryClient()
  const isHere = workspace?.id === id
  useEffect(() => {
    if (!isHere) return
    const refresh = () => void queryClient.invalidateQueries({ queryKey: keys.one(id) })
    const stops = [
      subscribe('workspace.changed', () => {
        refresh()
        void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      }),
      subscribe('member.changed', refresh),
      subscribe('invite.*', refresh),
      onReset(refresh),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [isHere, id, queryClient])
}

export function CompanyPage() {
  const { t } = useTranslation('companies')
  const { id } = route.useParams()
  const { tab = 'GENERAL' } = route.useSearch()
  const navigate = route.useNavigate()
  const roleName = useRoleName()
  const company = useQuery(companyQuery(id))
  useCompanyEvents(id)
  const row = useRef<HTMLDivElement>(null)
  const isLoaded = company.data !== undefined
  // On a phone the row of tabs is longer than the screen: the open one is brought into sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: both say when another tab is marked
  useEffect(() => {
    row.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [tab, isLoaded])

  const back = () => void navigate({ to: '/companies' })
  if (company.isPending) {
    return (
      <Page>
        <PageHeader title={t('title')} onBack={back} />
        <FormSkeleton fields={6} />
      </Page>
    )
  }
  if (!company.data) {
    return (
      <Page>
        <PageHeader title={t('title')} onBack={back} />
        <ErrorState error={company.error} onReload={() => void company.refetch()} />
      </Page>
    )
  }
  const { name, role, is_active } = company.data
  return (
    <Page>
      <PageHeader
        title={name}
        text={
          <>
            {t('yourRole', { role: roleName(role) })}{' '}
            {!is_active && (
              <Badge component="span" color="red">
                {t('list.disabled')}
              </Badge>
            )}
          </>
        }
        onBack={back}
      />
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next as CompanyTab } })}
        keepMounted={false}
        activateTabWithKeyboard={false}
      >
        <div ref={row} className={c.scroll}>
          <Tabs.List className={c.tabs ?? ''}>
            {tabs.map((value) => (
              <Tabs.Tab key={value} value={value}>
                {t(`tab.${value}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </div>
        {tabs.map((value) => (
          <Tabs.Panel key={value} value={value} pt="lg">
            <Boundary name={`companies.${value}`} resetKey={value}>
              <Section tab={value} company={company.data} />
            </Boundary>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}

function Section({ tab, company }: { tab: CompanyTab; company: Company }) {
  switch (tab) {
    case 'GENERAL':
      return <GeneralTab company={company} />
    case 'HOURS':
      return <HoursTab company={company} />
    case 'TEAM':
      return <TeamTab company={company} />
    case 'ROLES':
      return <RolesTab company={company} />
    case 'PLAN':
      return <PlanTab company={company} />
    case 'AUDIT':
      return <AuditTab company={company} />
  }
}
