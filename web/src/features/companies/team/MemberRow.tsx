import { ActionIcon, Badge, Menu, Select } from '@mantine/core'
import { IconDotsVertical, IconKey, IconLock, IconLockOpen, IconUserMinus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/auth/useRoleName'
import { TimeAgo } from '@/shared/time/TimeAgo'
import { PersonAvatar } from '@/shared/ui/PersonAvatar'
import { type Company, type Member, type Role, roles } from '../types'
import { givable, outranks } from './rank'
import c from './team.module.css'

interface MemberRowProps {
  member: Member
  /** The role of whoever looks. */
  mine: Company['role']
  isSelf: boolean
  canManage: boolean
  isBusy: boolean
  onRole: (role: Role) => void
  onStatus: (status: Member['status']) => void
  onResetLink: () => void
  onRemove: () => void
}

export function MemberRow(props: MemberRowProps) {
  const { member, mine, isSelf, canManage, isBusy, onRole, onStatus, onResetLink, onRemove } = props
  const { t } = useTranslation('companies')
  const roleName = useRoleName()
  const isBelow = outranks(mine, member.role)
  const allowed = givable(mine)
  const isDisabled = member.status === 'disabled'
  return (
    <li className={c.row}>
      <PersonAvatar name={member.name} id={member.user_id} />
      <div className={c.words}>
        <div className={c.name}>
          {member.name}
          {isSelf && <Badge color="petrol">{t('team.you')}</Badge>}
          {isDisabled && <Badge color="red">{t('team.off')}</Badge>}
          {member.telegram_linked && <Badge color="gray">Telegram</Badge>}
        </div>
        <div className={c.meta}>
          <span>{member.email}</span>
          {member.last_seen_at ? (
            <span>
              {t('team.seen')} <TimeAgo at={member.last_seen_at} />
            </span>
          ) : (
            'last_seen_at' in member && <span>{t('team.neverSeen')}</span>
          )}
        </div>
      </div>
      {canManage && isBelow ? (
        <div className={c.actions}>
          <Select
            aria-label={t('team.roleOf', { name: member.name })}
            w={160}
            size="xs"
            value={member.role}
            allowDeselect={false}
            disabled={isBusy}
            data={roles.map((value) => ({
              value,
              label: roleName(value),
              disabled: !allowed.includes(value),
            }))}
            onChange={(value) => value && value !== member.role && onRole(value as Role)}
          />
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={t('team.more', { name: member.name })}>
                <IconDotsVertical size={18} stroke={1.5} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconKey size={16} stroke={1.5} />} onClick={onResetLink}>
                {t('team.resetLink')}
              </Menu.Item>
              <Menu.Item
                leftSection={
                  isDisabled ? <IconLockOpen size={16} stroke={1.5} /> : <IconLock size={16} stroke={1.5} />
                }
                onClick={() => onStatus(isDisabled ? 'active' : 'disabled')}
              >
                {isDisabled ? t('team.enable') : t('team.disable')}
              </Menu.Item>
              <Menu.Item
                style={{ color: 'var(--app-red-ink)' }}
                leftSection={<IconUserMinus size={16} stroke={1.5} />}
                onClick={onRemove}
              >
                {isSelf ? t('team.leave') : t('team.remove')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      ) : (
        <span className={c.role}>{roleName(member.role)}</span>
      )}
    </li>
  )
}
