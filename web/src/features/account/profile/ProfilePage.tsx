import { useTranslation } from 'react-i18next'
import { Page } from '@/shared/ui/Page'
import { PageHeader } from '@/shared/ui/PageHeader'
import { AboutPanel } from './AboutPanel'
import { PasswordPanel } from './PasswordPanel'
import { SessionsPanel } from './SessionsPanel'
import { TelegramPanel } from './TelegramPanel'

export function ProfilePage() {
  const { t } = useTranslation('account')
  return (
    <Page width="reading">
      <PageHeader title={t('profile.title')} />
      <AboutPanel />
      <TelegramPanel />
      <PasswordPanel />
      <SessionsPanel />
    </Page>
  )
}
