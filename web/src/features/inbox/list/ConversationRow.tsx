import { Tooltip } from '@mantine/core'
import { IconAlertCircle, IconBan, IconClock, IconHelpCircle } from '@tabler/icons-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { useFormat } from '@/shared/time/useFormat'
import { PersonAvatar } from '@/shared/ui/PersonAvatar'
import { useComposing } from '../composing'
import { openToWrite } from '../focus'
import { useInbox } from '../inboxContext'
import { nameOf } from '../model'
import type { Conversation, LastMessage } from '../types'
import c from './ConversationRow.module.css'
import { iconOf, isNamedKind } from './preview'

interface ConversationRowProps {
  conversation: Conversation
  isOpen: boolean
  /** What tells the conversation's bot from the others. */
  botLabel: string
}

export const ConversationRow = memo(function ConversationRow({
  conversation,
  isOpen,
  botLabel,
}: ConversationRowProps) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const { open, hrefOf, filter } = useInbox()
  const name = nameOf(conversation) || t('unnamed')
  const { last_message: last, assignee, unread_count: unread } = conversation
  return (
    <a
      className={c.row}
      href={hrefOf(conversation.id)}
      aria-current={isOpen ? 'true' : undefined}
      data-unread={unread > 0 || undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        openToWrite()
        open(conversation.id)
      }}
    >
      <span className={c.avatar}>
        <PersonAvatar name={name} id={conversation.contact?.id ?? conversation.id} size={44} />
        {conversation.blocked && (
          <Tooltip label={t('row.blocked')}>
            <span className={c.blocked}>
              <IconBan size={12} stroke={2} />
              <span className="visually-hidden">{t('row.blocked')}</span>
            </span>
          </Tooltip>
        )}
      </span>
      <span className={c.body}>
        <span className={c.line}>
          <span className={c.name}>{name}</span>
          {last && (
            <>
              <StateMark last={last} />
              <time className={c.time} dateTime={last.at}>
                {format.list(last.at)}
              </time>
            </>
          )}
        </span>
        <span className={c.line}>
          <Preview conversation={conversation} isOpen={isOpen} />
          {!filter.bot && (
            <span className={c.bot} title={conversation.bot.name || conversation.bot.username}>
              {botLabel}
            </span>
          )}
          {assignee && filter.view !== 'mine' && (
            <Tooltip label={t('row.assignedTo', { name: assignee.name })}>
              <span className={c.assignee}>
                <PersonAvatar name={assignee.name} id={assignee.id} size={18} />
                <span className="visually-hidden">{t('row.assignedTo', { name: assignee.name })}</span>
              </span>
            </Tooltip>
          )}
          {unread > 0 && (
            <span className={c.badge}>
              <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
              <span className="visually-hidden">{t('row.unread', { count: unread })}</span>
            </span>
          )}
        </span>
      </span>
    </a>
  )
})

function Preview({ conversation, isOpen }: Omit<ConversationRowProps, 'botLabel'>) {
  const { t } = useTranslation('inbox')
  const { user } = useSession()
  const draft = useComposing((store) => {
    const now = store.byConversation[conversation.id]
    return now && !now.editing ? now.text.trim() : ''
  })
  const last = conversation.last_message
  if (draft && !isOpen) {
    return (
      <span className={c.preview}>
        <span className={c.draft}>{t('row.draft')}</span> {draft}
      </span>
    )
  }
  if (!last) return <span className={c.preview}>{t('row.nothingYet')}</span>
  const Icon = iconOf(last.kind)
  const isOurs = last.direction === 'out'
  return (
    <span className={c.preview}>
      {isOurs && (
        <span className={c.who}>
          {last.author?.id === user.id
            ? t('row.you')
            : last.author
              ? t('row.colleague', { name: firstNameOf(last.author.name) })
              : t('row.automatic')}
        </span>
      )}
      {Icon && <Icon className={c.kind} size={15} stroke={1.5} aria-hidden="true" />}
      {last.text || (isNamedKind(last.kind) ? t(`kind.${last.kind}`) : '')}
    </span>
  )
}

function firstNameOf(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name
}

function StateMark({ last }: { last: LastMessage }) {
  const { t } = useTranslation('inbox')
  if (last.direction !== 'out') return null
  if (last.state === 'failed') {
    return (
      <IconAlertCircle
        size={15}
        stroke={1.75}
        className={c.failed}
        role="img"
        aria-label={t('state.failed')}
      />
    )
  }
  if (last.state === 'unknown') {
    return (
      <IconHelpCircle
        size={15}
        stroke={1.75}
        className={c.unknown}
        role="img"
        aria-label={t('state.unknown')}
      />
    )
  }
  if (last.state === 'queued' || last.state === 'sending') {
    return (
      <IconClock size={13} stroke={1.75} className={c.waits} role="img" aria-label={t('state.sending')} />
    )
  }
  return null
}
