import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '@/shared/ui/ErrorState'
import { conversationQuery } from '../api'
import { Composer } from '../composer/Composer'
import { DropTarget } from '../composer/DropTarget'
import { useInbox } from '../inboxContext'
import { MediaViewer } from './MediaViewer'
import { MessageList } from './MessageList'
import { ThreadHeader } from './ThreadHeader'
import { ThreadProvider } from './ThreadProvider'
import { ThreadSkeleton } from './ThreadSkeleton'

/** One conversation: who, what was said, and the place to answer. */
export function ThreadPane({ id }: { id: string }) {
  const { t } = useTranslation('inbox')
  const { isTimeline } = useInbox()
  const { data: conversation, error, refetch } = useQuery(conversationQuery(id))
  if (error && !conversation) {
    return <ErrorState error={error} onReload={() => void refetch()} sentence={t('thread.failed')} />
  }
  if (!conversation) return <ThreadSkeleton />
  return (
    <ThreadProvider conversation={conversation}>
      <ThreadHeader />
      <DropTarget conversationId={id} isOff={conversation.blocked}>
        <MessageList key={isTimeline ? 'timeline' : 'thread'} />
        <Composer />
      </DropTarget>
      <MediaViewer />
    </ThreadProvider>
  )
}
