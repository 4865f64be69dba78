import { ActionIcon, Button, Menu, ScrollArea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCheck, IconUserCheck, IconUserOff, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { PersonAvatar } from '@/shared/ui/PersonAvatar'
import { assigneesQuery } from '../api'
import { offerFocus } from '../focus'
import type { Conversation } from '../types'
import { useConversationActions } from '../useConversationActions'
import c from './AssignMenu.module.css'

interface AssignMenuProps {
  conversation: Conversation
  /** On a phone: the picture alone. */
  isCompact?: boolean
}

/** Whose conversation it is; the key `a` opens it. */
export function AssignMenu({ conversation, isCompact = false }: AssignMenuProps) {
  const { t } = useTranslation('inbox')
  const { user } = useSession()
  const [isOpen, { open, close, toggle }] = useDisclosure(false)
  const { data: members = [] } = useQuery({ ...assigneesQuery(), enabled: isOpen })
  const actions = useConversationActions(conversation)
  const assignee = conversation.assignee
  useEffect(() => offerFocus('assign', open), [open])
  const label = assignee ? t('row.assignedTo', { name: assignee.name }) : t('assign.nobody')
  const others = members.filter((member) => member.id !== user.id)
  const picture = assignee ? (
    <PersonAvatar name={assignee.name} id={assignee.id} size={20} />
  ) : (
    <IconUserPlus size={16} stroke={1.5} aria-hidden="true" />
  )
  return (
    <Menu opened={isOpen} onClose={close} position="bottom-end" width={250}>
      <Menu.Target>
        {isCompact ? (
          <ActionIcon size={36} onClick={toggle}>
            {picture}
            <span className="visually-hidden">{label}</span>
          </ActionIcon>
        ) : (
          <Button
            variant="default"
            size="xs"
            leftSection={picture}
            onClick={toggle}
            title={label}
            className={c.button ?? ''}
          >
            {assignee ? assignee.name.split(' ')[0] : t('assign.assign')}
          </Button>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {assignee?.id !== user.id && (
          <Menu.Item
            leftSection={<IconUserCheck size={18} stroke={1.5} />}
            onClick={() => actions.assignTo({ id: user.id, name: user.name })}
          >
            {t('action.assignMe')}
          </Menu.Item>
        )}
        {assignee && (
          <Menu.Item
            leftSection={<IconUserOff size={18} stroke={1.5} />}
            onClick={() => actions.assignTo(null)}
          >
            {t('assign.toNobody')}
          </Menu.Item>
        )}
        {others.length > 0 && <Menu.Divider />}
        <ScrollArea.Autosize mah={280}>
          {others.map((member) => (
            <Menu.Item
              key={member.id}
              leftSection={<PersonAvatar name={member.name} id={member.id} size={22} />}
              rightSection={member.id === assignee?.id ? <IconCheck size={16} stroke={1.5} /> : null}
              onClick={() => actions.assignTo(member)}
            >
              {member.name}
            </Menu.Item>
          ))}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  )
}
