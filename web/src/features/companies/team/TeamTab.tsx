import { useSession } from '@/shared/auth/session'
import { NeedsRight } from '@/shared/ui/NeedsRight'
import { useCanIn } from '../api'
import type { Company } from '../types'
import { InvitesPanel } from './InvitesPanel'
import { MembersPanel } from './MembersPanel'

export function TeamTab({ company }: { company: Company }) {
  const { user } = useSession()
  const canManage = useCanIn(company)('MANAGE_USERS')
  return (
    <>
      {!canManage && <NeedsRight permission="MANAGE_USERS" role={company.role} />}
      <MembersPanel company={company} userId={user.id} canManage={canManage} />
      {canManage && <InvitesPanel company={company} />}
    </>
  )
}
