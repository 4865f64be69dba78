import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/shared/ui/EmptyState'

export function NoConversation() {
  const { t } = useTranslation('inbox')
  return <EmptyState drawing="chats" title={t('thread.none')} text={t('thread.noneText')} />
}
