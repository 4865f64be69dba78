import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { useSession } from '@/shared/auth/session'
import { useRoleName } from '@/shared/auth/useRoleName'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Page } from '@/shared/ui/Page'
import { PageHeader } from '@/shared/ui/PageHeader'
import { RowsSkeleton } from '@/shared/ui/skeletons'
import c from './RolesPage.module.css'

type LooseT = (key: string, options: { defaultValue: string }) => string

/** The table of rights, as the server itself applies it. */
export function RolesPage() {
  const { t } = useTranslation('account')
  const { workspace } = useSession()
  const roleName = useRoleName()
  const roles = useQuery({
    queryKey: ['roles'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => answer(api.GET('/api/roles')),
  })
  const items = roles.data?.items ?? []
  const permissions = roles.data?.permissions ?? []
  const permissionName = (name: string) =>
    (t as unknown as LooseT)(`permission.${name}`, { defaultValue: name })
  return (
    <Page>
      <PageHeader title={t('roles.title')} text={t('roles.text')} />
      {roles.isPending && <RowsSkeleton rows={14} columns={6} />}
      {roles.isError && <ErrorState error={roles.error} onReload={() => void roles.refetch()} />}
      {roles.isSuccess && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className={c.scroll} tabIndex={0} aria-label={t('roles.title')}>
          <table className={c.table}>
            <thead>
              <tr>
                <th scope="col">{t('roles.permission')}</th>
                {items.map(({ role }) => (
                  <th key={role} scope="col" data-mine={role === workspace?.role || undefined}>
                    {roleName(role)}
                    {role === workspace?.role && <span className={c.mine}>{t('roles.yours')}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {permissions.map((permission) => (
                <tr key={permission}>
                  <th scope="row">{permissionName(permission)}</th>
                  {items.map((row) => (
                    <td key={row.role} data-mine={row.role === workspace?.role || undefined}>
                      {row.permissions?.includes(permission) ? (
                        <IconCheck
                          size={18}
                          stroke={2}
                          className={c.yes ?? ''}
                          aria-label={t('roles.allowed')}
                        />
                      ) : (
                        <span className={c.no}>
                          <span aria-hidden="true">–</span>
                          <span className="visually-hidden">{t('roles.refused')}</span>
                        </span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Page>
  )
}
