import { Menu, UnstyledButton } from '@mantine/core'
import { IconLogout, IconShieldCheck, IconUserCircle } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { PersonAvatar } from '@/shared/ui/PersonAvatar'
import c from './ProfileMenu.module.css'
import { useSignOut } from './useSignOut'

export function ProfileMenu() {
  const { t } = useTranslation()
  const { user } = useSession()
  const navigate = useNavigate()
  const signOut = useSignOut()
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton className={c.button ?? ''}>
          <PersonAvatar name={user.name} id={user.id} size={30} />
          <span className="visually-hidden">{t('shell.account')}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={c.who}>
          <div className={c.name}>{user.name}</div>
          <div className={c.email}>{user.email}</div>
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserCircle size={16} stroke={1.5} />}
          onClick={() => navigate({ to: '/profile' })}
        >
          {t('nav.profile')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconShieldCheck size={16} stroke={1.5} />}
          onClick={() => navigate({ to: '/roles' })}
        >
          {t('nav.roles')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.5} />} onClick={signOut}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
