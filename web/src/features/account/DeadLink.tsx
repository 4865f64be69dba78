import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorState } from '@/shared/ui/ErrorState'
import { LinkButton } from '@/shared/ui/LinkButton'
import { isDeadLink } from './model'

/** In place of a form whose one-time link is of no use, or could not be looked up. */
export function DeadLink({ error, onReload }: { error: unknown; onReload: () => void }) {
  const { t } = useTranslation('account')
  if (!isDeadLink(error)) return <ErrorState error={error} onReload={onReload} />
  return (
    <EmptyState
      isPage
      drawing="key"
      title={t('link.dead')}
      text={t('link.deadText')}
      action={
        <LinkButton to="/login" variant="default">
          {t('link.toLogin')}
        </LinkButton>
      }
    />
  )
}
