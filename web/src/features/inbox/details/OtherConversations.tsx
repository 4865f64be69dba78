import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import { contactConversationsQuery } from '../api'
import { useInbox } from '../inboxContext'
import c from './OtherConversations.module.css'
import { Section } from './Section'

/** The same person with other bots. */
export function OtherConversations({ contactId, openId }: { contactId: string; openId: string }) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const { open, hrefOf } = useInbox()
  const { data = [] } = useQuery(contactConversationsQuery(contactId))
  const others = data.filter((conversation) => conversation.id !== openId)
  if (others.length === 0) return null
  return (
    <Section title={t('details.others')}>
      <ul className={c.list}>
        {others.map((conversation) => (
          <li key={conversation.id}>
            <a
              className={c.row}
              href={hrefOf(conversation.id)}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return
                event.preventDefault()
                open(conversation.id)
              }}
            >
              <span className={c.line}>
                <span className={c.bot}>{conversation.bot.name || `@${conversation.bot.username}`}</span>
                {conversation.status === 'closed' && (
                  <Badge size="xs" color="gray">
                    {t('thread.closed')}
                  </Badge>
                )}
                {conversation.last_message && (
                  <time className={c.time} dateTime={conversation.last_message.at}>
                    {format.list(conversation.last_message.at)}
                  </time>
                )}
              </span>
              <span className={c.text}>{conversation.last_message?.text}</span>
            </a>
          </li>
        ))}
      </ul>
    </Section>
  )
}
