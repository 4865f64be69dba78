import { ActionIcon, Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Boundary } from '@/shared/ui/Boundary'
import { FormSkeleton } from '@/shared/ui/skeletons'
import { conversationQuery } from '../api'
import { useInbox } from '../inboxContext'
import type { Conversation } from '../types'
import { AboutContact } from './AboutContact'
import c from './DetailsPane.module.css'
import { History } from './History'
import { Notes } from './Notes'
import { OtherConversations } from './OtherConversations'

/** Who this is, what the team knows, what happened. A column where there is room, else a sheet. */
export function DetailsPane({ id }: { id: string }) {
  const { t } = useTranslation('inbox')
  const { hasDetails, setDetails } = useInbox()
  const isSheet = useMediaQuery('(max-width: 80em)', undefined, { getInitialValueInEffect: false }) ?? false
  const { data: conversation } = useQuery(conversationQuery(id))
  const body = (
    <Boundary name="inbox.details" resetKey={id}>
      {conversation ? <Sections conversation={conversation} /> : <FormSkeleton fields={4} />}
    </Boundary>
  )
  if (isSheet) {
    return (
      <Drawer
        opened={hasDetails}
        onClose={() => setDetails(false)}
        position="right"
        size={360}
        title={t('details.title')}
        closeButtonProps={{ 'aria-label': t('details.close') }}
        classNames={{ body: c.sheet ?? '' }}
      >
        {body}
      </Drawer>
    )
  }
  if (!hasDetails) return null
  return (
    <aside className={c.pane} aria-label={t('details.title')}>
      <div className={c.head}>
        <h2 className={c.title}>{t('details.title')}</h2>
        <ActionIcon size={28} aria-label={t('details.close')} onClick={() => setDetails(false)}>
          <IconX size={16} stroke={1.5} />
        </ActionIcon>
      </div>
      <div className={c.body}>{body}</div>
    </aside>
  )
}

function Sections({ conversation }: { conversation: Conversation }) {
  return (
    <div key={conversation.id}>
      {conversation.contact && (
        <AboutContact contactId={conversation.contact.id} conversation={conversation} />
      )}
      {conversation.contact && (
        <OtherConversations contactId={conversation.contact.id} openId={conversation.id} />
      )}
      <Notes conversationId={conversation.id} />
      <History conversationId={conversation.id} contactId={conversation.contact?.id ?? ''} />
    </div>
  )
}
