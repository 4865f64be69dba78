import { IconRobot } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import { timeOf } from '../model'
import type { Message } from '../types'
import { Attachments } from './Attachments'
import { ContactCard } from './ContactCard'
import { DeliveryMark } from './DeliveryMark'
import { DeliveryProblem } from './DeliveryProblem'
import { LocationCard } from './LocationCard'
import c from './MessageBubble.module.css'
import { MessageMenu } from './MessageMenu'
import { ReplyQuote } from './ReplyQuote'
import { RichText } from './RichText'
import { useThread } from './threadContext'

interface MessageBubbleProps {
  message: Message
  isFirst: boolean
  isLast: boolean
}

const bareKinds = new Set(['sticker', 'video_note'])

export function MessageBubble({ message, isFirst, isLast }: MessageBubbleProps) {
  const { t } = useTranslation('inbox')
  const isOurs = message.direction === 'out'
  const isBare = bareKinds.has(message.kind) && !message.text
  const hasPictures = message.attachments.some(
    (file) =>
      (file.kind === 'photo' || file.kind === 'video' || file.kind === 'animation') && file.state === 'ready',
  )
  return (
    <div className={c.line} data-ours={isOurs || undefined}>
      <div className={c.column}>
        <div
          className={c.bubble}
          data-ours={isOurs || undefined}
          data-first={isFirst || undefined}
          data-last={isLast || undefined}
          data-bare={isBare || undefined}
          data-pictures={hasPictures || undefined}
          data-deleted={message.deleted_at ? true : undefined}
        >
          {isFirst && <Author message={message} />}
          {message.reply_to && <ReplyQuote reply={message.reply_to} />}
          {message.attachments.length > 0 && <Attachments message={message} />}
          {message.contact_card && <ContactCard card={message.contact_card} />}
          {message.location && <LocationCard location={message.location} />}
          {message.text && (
            <div className={c.words}>
              <RichText html={message.text} />
              <span className={c.room} aria-hidden="true">
                <MetaWords message={message} />
              </span>
            </div>
          )}
          <Meta message={message} isOver={hasPictures && !message.text} />
        </div>
        {message.buttons && message.buttons.length > 0 && (
          <fieldset className={c.buttons} aria-label={t('thread.buttons')}>
            {message.buttons.map((row) => (
              <div key={row.map((button) => button.text).join('|')} className={c.buttonRow}>
                {row.map((button) => (
                  <span key={button.text} className={c.button}>
                    {button.text}
                  </span>
                ))}
              </div>
            ))}
          </fieldset>
        )}
        <DeliveryProblem message={message} />
      </div>
      {!message.deleted_at && <MessageMenu message={message} />}
    </div>
  )
}

function Author({ message }: { message: Message }) {
  const { t } = useTranslation('inbox')
  const { me, isGroup } = useThread()
  const isOurs = message.direction === 'out'
  if (!isOurs) {
    return isGroup && message.author ? <div className={c.author}>{message.author.name}</div> : null
  }
  if (message.author?.id === me) return null
  if (message.author) return <div className={c.author}>{message.author.name}</div>
  return (
    <div className={c.author}>
      <IconRobot size={13} stroke={1.75} aria-hidden="true" /> {t('thread.automatic')}
    </div>
  )
}

function Meta({ message, isOver }: { message: Message; isOver: boolean }) {
  return (
    <span className={c.meta} data-over={isOver || undefined}>
      <MetaWords message={message} />
    </span>
  )
}

/** Also drawn unseen at the end of the words, where it keeps the room that the seen one takes. */
function MetaWords({ message }: { message: Message }) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const at = timeOf(message)
  return (
    <>
      {message.deleted_at ? (
        <span>{t('thread.deleted')}</span>
      ) : (
        message.edited_at && <span title={format.full(message.edited_at)}>{t('thread.edited')}</span>
      )}
      {message.conflict && <span title={t('thread.conflictHint')}>{t('thread.conflict')}</span>}
      <time dateTime={at} title={format.full(at)}>
        {format.clock(at)}
      </time>
      {message.direction === 'out' && <DeliveryMark state={message.state} />}
    </>
  )
}
