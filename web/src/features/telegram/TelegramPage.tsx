import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Page } from '@/shared/ui/Page'
import { PageHeader } from '@/shared/ui/PageHeader'

export function TelegramPage() {
  const { t } = useTranslation('telegram')
  return (
    <Page>
      <PageHeader title={t('title')} />
      <EmptyState drawing="bot" title={t('empty')} />
    </Page>
  )
}
