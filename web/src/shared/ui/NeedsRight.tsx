import { Alert } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '../auth/useRoleName'

type LooseT = (key: string, options: { ns: string; defaultValue: string }) => string

interface NeedsRightProps {
  /** As the server names it: MANAGE_BOTS. The page's loader brings the texts of `account`, which name it. */
  permission: string
  /** The person's role in the company that is on the page. */
  role: string
}

/** Why a page can be read and not changed: which right is missing, and where all of them are listed. */
export function NeedsRight({ permission, role }: NeedsRightProps) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const right = (t as unknown as LooseT)(`permission.${permission}`, {
    ns: 'account',
    defaultValue: permission,
  })
  return (
    <Alert color="gray" icon={<IconLock size={18} stroke={1.5} />} mb="md">
      {t('needsRight.text', { right, role: roleName(role) })}{' '}
      <Link to="/roles" style={{ color: 'var(--app-petrol-ink)' }}>
        {t('needsRight.table')}
      </Link>
    </Alert>
  )
}
