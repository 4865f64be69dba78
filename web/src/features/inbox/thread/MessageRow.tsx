import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import { MessageBubble } from './MessageBubble'
import c from './MessageRow.module.css'
import type { Row } from './rows'
import { ServiceLine } from './ServiceLine'
import { useThread } from './threadContext'

export const MessageRow = memo(function MessageRow({ row }: { row: Row }) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const { botOf, lit } = useThread()
  switch (row.type) {
    case 'day':
      return (
        <h3 className={c.day} data-row={row.key}>
          <time dateTime={row.at}>{format.day(row.at)}</time>
        </h3>
      )
    case 'unread':
      return (
        <div className={c.unread} data-row={row.key}>
          <span>{t('thread.unread')}</span>
        </div>
      )
    case 'bot': {
      const bot = botOf(row.botId)
      return (
        <div className={c.bot} data-row={row.key}>
          {t('thread.through', { name: bot?.name || bot?.username || t('thread.aBot') })}
        </div>
      )
    }
    case 'message': {
      const { message, isFirst, isLast } = row
      const isAlone = message.kind === 'service' || message.kind === 'callback'
      return (
        <div
          className={c.row}
          data-row={message.id}
          data-seq={message.seq}
          data-first={isFirst || undefined}
          data-lit={lit === message.id || undefined}
        >
          {isAlone ? (
            <ServiceLine message={message} />
          ) : (
            <MessageBubble message={message} isFirst={isFirst} isLast={isLast} />
          )}
        </div>
      )
    }
  }
})
