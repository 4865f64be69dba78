import { Button } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/auth/useRoleName'
import { useFormat } from '@/shared/time/useFormat'
import { ConfirmButton } from '@/shared/ui/ConfirmButton'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Panel } from '@/shared/ui/Panel'
import { RowsSkeleton } from '@/shared/ui/skeletons'
import { toast } from '@/shared/ui/toast'
import { invitesQuery, keys, revokeInvite } from '../api'
import type { Company } from '../types'
import { InviteDialog } from './InviteDialog'
import c from './team.module.css'

export function InvitesPanel({ company }: { company: Company }) {
  const { t } = useTranslation('companies')
  const roleName = useRoleName()
  const format = useFormat()
  const queryClient = useQueryClient()
  const invites = useQuery(invitesQuery(company.id))
  const [isInviting, setInviting] = useState(false)
  const revoke = useMutation({
    mutationFn: (inviteId: string) => revokeInvite(company.id, inviteId),
    onSuccess: () => toast.done(t('invites.revoked')),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.invites(company.id) }),
  })
  const items = invites.data ?? []
  return (
    <Panel
      title={t('invites.title')}
      text={t('invites.text')}
      actions={
        <Button leftSection={<IconUserPlus size={16} stroke={1.5} />} onClick={() => setInviting(true)}>
          {t('invites.open')}
        </Button>
      }
    >
      {invites.isPending && <RowsSkeleton rows={2} columns={3} />}
      {invites.isError && <ErrorState error={invites.error} onReload={() => void invites.refetch()} />}
      {invites.isSuccess && items.length === 0 && <p className={c.meta}>{t('invites.none')}</p>}
      {items.length > 0 && (
        <ul className={c.list}>
          {items.map((invite) => (
            <li key={invite.id} className={c.row}>
              <div className={c.words}>
                <div className={c.name}>{invite.email}</div>
                <div className={c.meta}>
                  <span>{roleName(invite.role)}</span>
                  <span>{t('invites.until', { time: format.full(invite.expires_at) })}</span>
                  {invite.invited_by && <span>{t('invites.by', { name: invite.invited_by })}</span>}
                </div>
              </div>
              <ConfirmButton
                size="xs"
                question={t('invites.revokeQuestion', { email: invite.email })}
                confirm={t('invites.revoke')}
                onConfirm={() => revoke.mutateAsync(invite.id)}
              >
                {t('invites.revoke')}
              </ConfirmButton>
            </li>
          ))}
        </ul>
      )}
      <InviteDialog company={company} isOpen={isInviting} onClose={() => setInviting(false)} />
    </Panel>
  )
}
