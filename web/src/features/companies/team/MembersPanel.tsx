import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoleName } from '@/shared/auth/useRoleName'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Panel } from '@/shared/ui/Panel'
import { PeopleSkeleton } from '@/shared/ui/skeletons'
import { toast } from '@/shared/ui/toast'
import { changeMember, keys, membersQuery, removeMember } from '../api'
import type { Company, Member, Role } from '../types'
import { MemberRow } from './MemberRow'
import { RemoveDialog } from './RemoveDialog'
import { ResetLinkDialog } from './ResetLinkDialog'
import c from './team.module.css'

interface MembersPanelProps {
  company: Company
  userId: string
  canManage: boolean
}

type Change = { role: Role } | { status: Member['status'] }

export function MembersPanel({ company, userId, canManage }: MembersPanelProps) {
  const { t } = useTranslation('companies')
  const roleName = useRoleName()
  const queryClient = useQueryClient()
  const members = useQuery(membersQuery(company.id))
  const [removing, setRemoving] = useState<Member>()
  const [resetting, setResetting] = useState<Member>()
  const key = keys.members(company.id)

  const change = useMutation({
    mutationFn: ({ member, to }: { member: Member; to: Change; isUndo?: boolean }) =>
      changeMember(company.id, member.id, to),
    onMutate: ({ member, to }) => {
      queryClient.setQueryData<Member[]>(key, (list) =>
        list?.map((other) => (other.id === member.id ? { ...other, ...to } : other)),
      )
    },
    onSuccess: (_changed, { member, to, isUndo }) => {
      if (isUndo) return
      const back: Change = 'role' in to ? { role: member.role } : { status: member.status }
      const said =
        'role' in to
          ? t('team.roleChanged', { name: member.name, role: roleName(to.role) })
          : t(to.status === 'disabled' ? 'team.disabled' : 'team.enabled', { name: member.name })
      toast.undo(said, () => change.mutate({ member: { ...member, ...to }, to: back, isUndo: true }))
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.one(company.id) }),
  })
  const remove = useMutation({
    mutationFn: (member: Member) => removeMember(company.id, member.id),
    onSuccess: (_nothing, member) => {
      setRemoving(undefined)
      toast.done(t('team.removed', { name: member.name }))
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: key }),
  })

  const items = members.data ?? []
  return (
    <Panel
      title={t('team.title')}
      text={items.length > 0 ? t('team.count', { count: items.length }) : undefined}
    >
      {members.isPending && <PeopleSkeleton rows={4} />}
      {members.isError && <ErrorState error={members.error} onReload={() => void members.refetch()} />}
      {items.length > 0 && (
        <ul className={c.list}>
          {items.map((member) => (
            <MemberRow
              key={member.id}
              member={member}
              mine={company.role}
              isSelf={member.user_id === userId}
              canManage={canManage}
              isBusy={change.isPending && change.variables.member.id === member.id}
              onRole={(role) => change.mutate({ member, to: { role } })}
              onStatus={(status) => change.mutate({ member, to: { status } })}
              onResetLink={() => setResetting(member)}
              onRemove={() => setRemoving(member)}
            />
          ))}
        </ul>
      )}
      <RemoveDialog
        name={removing?.name}
        company={company.name}
        isBusy={remove.isPending}
        onConfirm={() => removing && remove.mutate(removing)}
        onClose={() => setRemoving(undefined)}
      />
      <ResetLinkDialog companyId={company.id} member={resetting} onClose={() => setResetting(undefined)} />
    </Panel>
  )
}
