import { ActionIcon } from '@mantine/core'
import { IconArrowBackUp, IconPencil, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { compose, endEdit, selectComposing, useComposing } from '../composing'
import { isNamedKind } from '../list/preview'
import c from './ReplyBar.module.css'

/** What the message answers, or that an earlier one is being changed. */
export function ReplyBar({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation('inbox')
  const { replyTo, editing } = useComposing(selectComposing(conversationId))
  if (!replyTo && !editing) return null
  const kind = replyTo?.kind ?? ''
  const cancel = () =>
    editing ? endEdit(conversationId) : compose(conversationId, { replyTo: undefined, isDirty: true })
  return (
    <div className={c.bar}>
      {editing ? (
        <IconPencil size={18} stroke={1.5} aria-hidden="true" />
      ) : (
        <IconArrowBackUp size={18} stroke={1.5} aria-hidden="true" />
      )}
      <div className={c.words}>
        <div className={c.title}>{editing ? t('composer.editing') : replyTo?.author}</div>
        {replyTo && !editing && (
          <div className={c.text}>{replyTo.text || (isNamedKind(kind) ? t(`kind.${kind}`) : '')}</div>
        )}
      </div>
      <ActionIcon
        size={28}
        aria-label={t(editing ? 'composer.cancelEdit' : 'composer.cancelReply')}
        onClick={cancel}
      >
        <IconX size={16} stroke={1.5} />
      </ActionIcon>
    </div>
  )
}
