import { Button } from '@mantine/core'
import { IconClock, IconPaperclip } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { sentenceOf } from '@/shared/api/sentence'
import { useFormat } from '@/shared/time/useFormat'
import { composingOf, setText } from '../composing'
import { focusOf } from '../focus'
import { discard, type OutboxItem, refusalOf, sendAgain } from '../outbox'
import { AlbumGrid } from './AlbumGrid'
import { DeliveryMark } from './DeliveryMark'
import p from './DeliveryProblem.module.css'
import b from './MessageBubble.module.css'
import c from './OutboxRow.module.css'
import { ReplyQuote } from './ReplyQuote'
import { VoicePlayer } from './VoicePlayer'

const pictureKinds = new Set(['photo', 'video', 'animation'])

/** A message that this browser has not handed over yet. It looks as it will; its place is the end. */
export function OutboxRow({ item }: { item: OutboxItem }) {
  const { t, i18n } = useTranslation('inbox')
  const format = useFormat()
  const client = useQueryClient()
  const refusal = refusalOf(item)
  const files = item.files.map((file) => ({
    ...file,
    id: file.mediaId,
    state: 'ready',
    thumb_url: file.thumbUrl,
  }))
  const pictures = files.filter((file) => pictureKinds.has(file.kind))
  const back = () => {
    const now = composingOf(item.conversationId).text
    setText(item.conversationId, now ? `${item.text}\n${now}` : item.text)
    discard(item.key)
    focusOf.composer()
  }
  return (
    <div className={c.row} data-row={item.key}>
      <div className={b.line} data-ours>
        <div className={b.column}>
          <div
            className={b.bubble}
            data-ours
            data-first
            data-last
            data-pictures={pictures.length > 0 || undefined}
          >
            {item.replyTo && <ReplyQuote reply={item.replyTo} />}
            {pictures.length > 0 && <AlbumGrid files={pictures} />}
            {files
              .filter((file) => !pictureKinds.has(file.kind))
              .map((file) =>
                file.kind === 'voice' || file.kind === 'audio' ? (
                  <VoicePlayer key={file.id} file={file} url={file.url} />
                ) : (
                  <span key={file.id} className={c.file}>
                    <IconPaperclip size={15} stroke={1.5} aria-hidden="true" /> {file.name}
                  </span>
                ),
              )}
            {item.text && (
              <div className={b.words}>
                <span className={c.text}>{item.text}</span>
                <span className={b.room} aria-hidden="true">
                  {format.clock(item.createdAt)} <IconClock size={14} />
                </span>
              </div>
            )}
            <span className={b.meta}>
              <time dateTime={item.createdAt}>{format.clock(item.createdAt)}</time>
              <DeliveryMark state={item.phase === 'refused' ? 'failed' : 'sending'} />
            </span>
          </div>
          {item.phase === 'waiting' && refusal && (
            <div className={p.problem} data-tone="amber" role="status">
              <span>
                {t('outbox.waits', { reason: sentenceOf(refusal, i18n.t, i18n.language, 'inbox') })}
              </span>
            </div>
          )}
          {item.phase === 'refused' && refusal && (
            <div className={p.problem} data-tone="red" role="alert">
              <span>{sentenceOf(refusal, i18n.t, i18n.language, 'inbox')}</span>
              <span className={p.choices}>
                <Button size="compact-xs" variant="default" onClick={() => sendAgain(client, item.key)}>
                  {t('action.sendAgain')}
                </Button>
                {item.text && (
                  <Button size="compact-xs" variant="default" onClick={back}>
                    {t('outbox.back')}
                  </Button>
                )}
                <Button size="compact-xs" variant="default" onClick={() => discard(item.key)}>
                  {t('outbox.discard')}
                </Button>
              </span>
            </div>
          )}
        </div>
      </div>
    </div>
  )
}
