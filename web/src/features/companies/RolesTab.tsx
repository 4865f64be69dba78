import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/auth/useRoleName'
import { LinkButton } from '@/shared/ui/LinkButton'
import { Panel } from '@/shared/ui/Panel'
import c from './RolesTab.module.css'
import { type Company, roles } from './types'

/** What each role is for, in a sentence; the whole table has its own page. */
export function RolesTab({ company }: { company: Company }) {
  const { t } = useTranslation('companies')
  const roleName = useRoleName()
  return (
    <Panel
      title={t('roles.title')}
      text={t('roles.text')}
      actions={
        <LinkButton to="/roles" variant="default">
          {t('roles.table')}
        </LinkButton>
      }
    >
      <dl className={c.list}>
        {roles.map((role) => (
          <div key={role} className={c.row} data-mine={role === company.role || undefined}>
            <dt className={c.name}>{roleName(role)}</dt>
            <dd className={c.text}>{t(`roleHint.${role}`)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
