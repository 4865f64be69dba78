import { Badge, Button } from '@mantine/core'
import { IconArrowsExchange, IconPlus, IconSettings } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { keepCompany } from '@/shared/api/company'
import { useCan, useSession } from '@/shared/auth/session'
import { useRoleName } from '@/shared/auth/useRoleName'
import { CompanyMark } from '@/shared/ui/CompanyMark'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorState } from '@/shared/ui/ErrorState'
import { LinkButton } from '@/shared/ui/LinkButton'
import { NeedsRight } from '@/shared/ui/NeedsRight'
import { Page } from '@/shared/ui/Page'
import { PageHeader } from '@/shared/ui/PageHeader'
import { PeopleSkeleton } from '@/shared/ui/skeletons'
import { companiesQuery } from './api'
import c from './CompaniesPage.module.css'
import { CreateCompanyDialog } from './CreateCompanyDialog'
import type { Company } from './types'

export function CompaniesPage() {
  const { t } = useTranslation('companies')
  const { workspace } = useSession()
  const canCreate = useCan('MANAGE_COMPANIES')
  const [isCreating, setCreating] = useState(false)
  const list = useInfiniteQuery(companiesQuery)
  // Everything on a page belongs to one company, so a switch starts the app anew.
  const enter = useMutation({
    mutationFn: (id: string) => answer(api.POST('/api/session/workspace', { body: { workspace_id: id } })),
    onSuccess: (_session, id) => {
      keepCompany(id)
      window.location.assign('/')
    },
  })
  const companies = list.data?.pages.flatMap((page) => page.items) ?? []
  const create = (
    <Button
      leftSection={<IconPlus size={16} stroke={1.5} />}
      onClick={() => setCreating(true)}
      disabled={!canCreate}
    >
      {t('create.open')}
    </Button>
  )
  return (
    <Page>
      <PageHeader title={t('title')} text={t('text')} actions={create} />
      {!canCreate && workspace && <NeedsRight permission="MANAGE_COMPANIES" role={workspace.role} />}
      {list.isPending && (
        <div className={c.list}>
          <PeopleSkeleton rows={3} />
        </div>
      )}
      {list.isError && <ErrorState error={list.error} onReload={() => void list.refetch()} />}
      {list.isSuccess && companies.length === 0 && <EmptyState drawing="people" title={t('empty')} />}
      {companies.length > 0 && (
        <ul className={c.list}>
          {companies.map((company) => (
            <Row
              key={company.id}
              company={company}
              isCurrent={company.id === workspace?.id}
              isEntering={enter.isPending && enter.variables === company.id}
              onEnter={() => enter.mutate(company.id)}
            />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('list.more')}
        </Button>
      )}
      <CreateCompanyDialog isOpen={isCreating} onClose={() => setCreating(false)} />
    </Page>
  )
}

interface RowProps {
  company: Company
  isCurrent: boolean
  isEntering: boolean
  onEnter: () => void
}

function Row({ company, isCurrent, isEntering, onEnter }: RowProps) {
  const { t } = useTranslation('companies')
  const roleName = useRoleName()
  return (
    <li className={c.row}>
      <CompanyMark name={company.name} color={company.color} logoUrl={company.logo_url} size={40} />
      <div className={c.words}>
        <Link to="/companies/$id" params={{ id: company.id }} className={c.name ?? ''}>
          {company.name}
        </Link>
        <div className={c.meta}>
          <span>{roleName(company.role)}</span>
          {isCurrent && <Badge color="petrol">{t('list.current')}</Badge>}
          {!company.is_active && <Badge color="red">{t('list.disabled')}</Badge>}
        </div>
      </div>
      <div className={c.actions}>
        {!isCurrent && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconArrowsExchange size={15} stroke={1.5} />}
            loading={isEntering}
            disabled={!company.is_active}
            onClick={onEnter}
            aria-label={t('list.enterNamed', { name: company.name })}
          >
            {t('list.enter')}
          </Button>
        )}
        <LinkButton
          to="/companies/$id"
          params={{ id: company.id }}
          variant="default"
          size="xs"
          leftSection={<IconSettings size={15} stroke={1.5} />}
          aria-label={t('list.settingsNamed', { name: company.name })}
        >
          {t('list.settings')}
        </LinkButton>
      </div>
    </li>
  )
}
