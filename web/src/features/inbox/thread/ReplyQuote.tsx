import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { isNamedKind } from '../list/preview'
import type { ReplyTo } from '../types'
import c from './ReplyQuote.module.css'
import { useThread } from './threadContext'

/** The message that is answered; a click goes there. */
export function ReplyQuote({ reply }: { reply: ReplyTo }) {
  const { t } = useTranslation('inbox')
  const { jumpTo } = useThread()
  const kind = reply.kind ?? ''
  return (
    <UnstyledButton
      className={c.quote ?? ''}
      onClick={() => jumpTo(reply.id)}
      title={t('thread.toQuoted', { name: reply.author })}
    >
      <span className={c.author}>{reply.author}</span>
      <span className={c.words}>{reply.text || (isNamedKind(kind) ? t(`kind.${kind}`) : '…')}</span>
    </UnstyledButton>
  )
}
