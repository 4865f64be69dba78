import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Page } from '@/shared/ui/Page'
import { PageHeader } from '@/shared/ui/PageHeader'

export function InboxPage() {
  const { t } = useTranslation('inbox')
  return (
    <Page>
      <PageHeader title={t('title')} />
      <EmptyState drawing="chats" title={t('empty')} />
    </Page>
  )
}
