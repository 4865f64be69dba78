import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Page } from '@/shared/ui/Page'
import { PageHeader } from '@/shared/ui/PageHeader'

export function CompaniesPage() {
  const { t } = useTranslation('companies')
  return (
    <Page>
      <PageHeader title={t('title')} />
      <EmptyState drawing="people" title={t('empty')} />
    </Page>
  )
}
