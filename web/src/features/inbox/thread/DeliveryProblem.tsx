import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from '@/shared/ui/toast'
import { mergeIntoThreads, resolveMessage, retryMessage } from '../api'
import type { Message } from '../types'
import c from './DeliveryProblem.module.css'
import { useThread } from './threadContext'

/** Why a message did not arrive, or that nobody knows, and what can be done about it. */
export function DeliveryProblem({ message }: { message: Message }) {
  const { t } = useTranslation('inbox')
  const { conversation } = useThread()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const run = async (call: () => Promise<Message>) => {
    setBusy(true)
    try {
      mergeIntoThreads(client, [await call()], conversation.contact?.id)
    } catch (error) {
      toast.error(error, 'inbox')
    } finally {
      setBusy(false)
    }
  }
  if (message.direction !== 'out' || message.deleted_at) return null
  if (message.state === 'failed') {
    return (
      <div className={c.problem} data-tone="red">
        <span>
          {t(`failure.${failureOf(message.error?.kind ?? '')}`)}
          {message.error?.text && <code className={c.raw}>{message.error.text}</code>}
        </span>
        <Button
          size="compact-xs"
          variant="default"
          loading={busy}
          onClick={() => run(() => retryMessage(message.id))}
        >
          {t('action.retry')}
        </Button>
      </div>
    )
  }
  if (message.state === 'unknown') {
    return (
      <div className={c.problem} data-tone="amber">
        <span>{t('thread.unknownText')}</span>
        <span className={c.choices}>
          <Button
            size="compact-xs"
            variant="default"
            loading={busy}
            onClick={() => run(() => resolveMessage(message.id, 'arrived'))}
          >
            {t('action.arrived')}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            disabled={busy}
            onClick={() => run(() => resolveMessage(message.id, 'send_again'))}
          >
            {t('action.sendAgain')}
          </Button>
        </span>
      </div>
    )
  }
  // An edit or a deletion that Telegram refused leaves the message as it was, with the reason.
  if (message.error) {
    return (
      <div className={c.problem} data-tone="red">
        <span>
          {t('thread.changeRefused')}
          {message.error.text && <code className={c.raw}>{message.error.text}</code>}
        </span>
      </div>
    )
  }
  return null
}

const failures = [
  'blocked',
  'chat_not_found',
  'bad_request',
  'too_large',
  'unauthorized',
  'limited',
  'unavailable',
  'internal',
] as const

function failureOf(kind: string): (typeof failures)[number] {
  return failures.find((known) => known === kind) ?? 'internal'
}
