import { IconPointer } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import { timeOf } from '../model'
import type { Message } from '../types'
import { plainText } from './richText'
import c from './ServiceLine.module.css'

/** What happened rather than what was said: a pressed button, somebody joined. */
export function ServiceLine({ message }: { message: Message }) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const at = timeOf(message)
  return (
    <p className={c.line} title={format.full(at)}>
      {message.kind === 'callback' ? (
        <>
          <IconPointer size={14} stroke={1.5} aria-hidden="true" />
          {t('thread.pressed', { label: message.callback?.label || plainText(message.text) })}
        </>
      ) : (
        serviceWords(message.service ?? '', t) || plainText(message.text) || t('kind.service')
      )}
      <time className={c.time} dateTime={at}>
        {format.clock(at)}
      </time>
    </p>
  )
}

const told = [
  'bot_added',
  'bot_removed',
  'new_chat_members',
  'left_chat_member',
  'new_chat_title',
  'new_chat_photo',
  'pinned_message',
] as const

/** Words for what happened, as the channel names it; empty for what has none. */
function serviceWords(service: string, t: (key: `service.${(typeof told)[number]}`) => string): string {
  const known = told.find((one) => one === service)
  return known ? t(`service.${known}`) : ''
}
