import { ActionIcon, Menu } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconArrowBackUp, IconCopy, IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from '@/shared/ui/toast'
import { deleteMessage, keys } from '../api'
import { isEditable, patchMessage, type ThreadData } from '../model'
import type { Message } from '../types'
import c from './MessageMenu.module.css'
import { plainText } from './richText'
import { useThread } from './threadContext'

/** What can be done with one message. Stands beside it; shown by the pointer, the focus or on touch. */
export function MessageMenu({ message }: { message: Message }) {
  const { t } = useTranslation('inbox')
  const { conversation, reply, edit } = useThread()
  const client = useQueryClient()
  const clipboard = useClipboard()
  const isHere = message.conversation_id === conversation.id
  const isOurs = message.direction === 'out'
  const canDelete = isOurs && isHere && message.state !== 'sending' && message.state !== 'unknown'

  const remove = async () => {
    try {
      await deleteMessage(message.id)
      const deleted_at = new Date().toISOString()
      client.setQueryData<ThreadData>(
        keys.thread(message.conversation_id),
        (data) => data && patchMessage(data, message.id, (known) => ({ ...known, deleted_at })),
      )
    } catch (error) {
      toast.error(error, 'inbox')
    }
  }
  return (
    <div className={c.tools}>
      {isHere && !conversation.blocked && (
        <ActionIcon
          size={28}
          className={c.reply ?? ''}
          aria-label={t('message.reply')}
          title={t('message.reply')}
          onClick={() => reply(message)}
        >
          <IconArrowBackUp size={16} stroke={1.5} />
        </ActionIcon>
      )}
      <Menu position="bottom" withinPortal>
        <Menu.Target>
          <ActionIcon size={28} aria-label={t('message.more')}>
            <IconDots size={16} stroke={1.5} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isHere && !conversation.blocked && (
            <Menu.Item
              leftSection={<IconArrowBackUp size={16} stroke={1.5} />}
              onClick={() => reply(message)}
            >
              {t('message.reply')}
            </Menu.Item>
          )}
          {message.text && (
            <Menu.Item
              leftSection={<IconCopy size={16} stroke={1.5} />}
              onClick={() => clipboard.copy(plainText(message.text))}
            >
              {t('message.copy')}
            </Menu.Item>
          )}
          {isHere && isEditable(message) && (
            <Menu.Item leftSection={<IconPencil size={16} stroke={1.5} />} onClick={() => edit(message)}>
              {t('message.edit')}
            </Menu.Item>
          )}
          {canDelete && (
            <>
              <Menu.Divider />
              <Menu.Label className={c.warning ?? ''}>{t('message.deleteText')}</Menu.Label>
              <Menu.Item color="red" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={remove}>
                {t('message.delete')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
