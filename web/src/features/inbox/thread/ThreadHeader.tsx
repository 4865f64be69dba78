import { ActionIcon, Badge, Button, Menu, Tooltip } from '@mantine/core'
import {
  IconArrowLeft,
  IconCheck,
  IconDots,
  IconLayoutSidebarRight,
  IconMailOpened,
  IconRotate,
  IconTimeline,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { PersonAvatar } from '@/shared/ui/PersonAvatar'
import { contactConversationsQuery } from '../api'
import { AssignMenu } from '../details/AssignMenu'
import { useInbox } from '../inboxContext'
import { nameOf } from '../model'
import { useConversationActions } from '../useConversationActions'
import c from './ThreadHeader.module.css'
import { useThread } from './threadContext'

export function ThreadHeader() {
  const { t } = useTranslation('inbox')
  const { conversation } = useThread()
  const { isPhone, close, hasDetails, setDetails, isTimeline, setTimeline } = useInbox()
  const actions = useConversationActions(conversation)
  const name = nameOf(conversation) || t('unnamed')
  const username = conversation.contact?.username
  const isClosed = conversation.status === 'closed'
  return (
    <header className={c.header}>
      {isPhone && (
        <ActionIcon size={40} aria-label={t('thread.back')} onClick={close}>
          <IconArrowLeft size={20} stroke={1.5} />
        </ActionIcon>
      )}
      <button
        type="button"
        className={c.who}
        onClick={() => setDetails(!hasDetails)}
        aria-expanded={hasDetails}
      >
        <PersonAvatar name={name} id={conversation.contact?.id ?? conversation.id} size={36} />
        <span className={c.words}>
          <span className={c.name}>
            <h2 className={c.title}>{name}</h2>
            {isClosed && (
              <Badge color="gray" size="sm">
                {t('thread.closed')}
              </Badge>
            )}
            {conversation.blocked && (
              <Badge color="red" size="sm">
                {t('thread.blocked')}
              </Badge>
            )}
          </span>
          <span className={c.via}>
            {username && `@${username} · `}
            {isTimeline ? t('thread.allChats') : conversation.bot.name || `@${conversation.bot.username}`}
          </span>
        </span>
      </button>
      <div className={c.tools}>
        <TimelineSwitch isOn={isTimeline} onChange={setTimeline} />
        <AssignMenu conversation={conversation} isCompact={isPhone} />
        {!isPhone && (
          <Button
            variant="default"
            size="xs"
            leftSection={
              isClosed ? <IconRotate size={16} stroke={1.5} /> : <IconCheck size={16} stroke={1.5} />
            }
            onClick={isClosed ? actions.reopen : actions.close}
          >
            {t(isClosed ? 'action.reopen' : 'action.close')}
          </Button>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size={32} aria-label={t('thread.more')}>
              <IconDots size={18} stroke={1.5} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {isPhone && (
              <Menu.Item
                leftSection={
                  isClosed ? <IconRotate size={16} stroke={1.5} /> : <IconCheck size={16} stroke={1.5} />
                }
                onClick={isClosed ? actions.reopen : actions.close}
              >
                {t(isClosed ? 'action.reopen' : 'action.close')}
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconMailOpened size={16} stroke={1.5} />} onClick={actions.unread}>
              {t('action.unread')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        {!isPhone && (
          <Tooltip label={t('key.details')}>
            <ActionIcon
              size={32}
              variant={hasDetails ? 'light' : 'subtle'}
              color={hasDetails ? 'petrol' : 'gray'}
              aria-label={t('key.details')}
              aria-pressed={hasDetails}
              onClick={() => setDetails(!hasDetails)}
            >
              <IconLayoutSidebarRight size={18} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </header>
  )
}

/** Offered only to whom it shows more: the contact also writes to other bots. */
function TimelineSwitch({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  const { t } = useTranslation('inbox')
  const { conversation } = useThread()
  const contactId = conversation.contact?.id ?? ''
  const { data: all = [] } = useQuery({ ...contactConversationsQuery(contactId), enabled: contactId !== '' })
  if (all.length < 2 && !isOn) return null
  const label = t(isOn ? 'thread.onlyThis' : 'thread.showAll')
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={32}
        variant={isOn ? 'light' : 'subtle'}
        color={isOn ? 'petrol' : 'gray'}
        aria-label={label}
        aria-pressed={isOn}
        onClick={() => onChange(!isOn)}
      >
        <IconTimeline size={18} stroke={1.5} />
      </ActionIcon>
    </Tooltip>
  )
}
