import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '@/shared/auth/session'
import { usePageTitle } from '@/shared/lib/usePageTitle'
import { EmptyState } from '@/shared/ui/EmptyState'
import { LinkButton } from '@/shared/ui/LinkButton'
import { Shell } from './shell/Shell'
import { VisitorFrame } from './VisitorFrame'

/** An address without a page: inside the shell for those who are signed in. */
export function NotFound() {
  const { t } = useTranslation()
  const { data: session } = useQuery(sessionQuery)
  usePageTitle(t('notFound.title'))
  const words = (
    <EmptyState
      isPage
      drawing="road"
      title={t('notFound.title')}
      text={t('notFound.text')}
      action={
        <LinkButton to="/" variant="default">
          {t('notFound.home')}
        </LinkButton>
      }
    />
  )
  return session ? <Shell>{words}</Shell> : <VisitorFrame>{words}</VisitorFrame>
}
