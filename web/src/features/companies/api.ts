import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query'
import { answer, api, idempotent, ifMatch, upload } from '@/shared/api/client'
import { useSession } from '@/shared/auth/session'
import type { AuditEntry, Company, Member, Role } from './types'

export const keys = {
  all: ['companies'] as const,
  list: ['companies', 'list'] as const,
  one: (id: string) => ['companies', id] as const,
  members: (id: string) => ['companies', id, 'members'] as const,
  invites: (id: string) => ['companies', id, 'invites'] as const,
  audit: (id: string) => ['companies', id, 'audit'] as const,
}

const at = (id: string) => ({ params: { path: { id } } })

export const companiesQuery = infiniteQueryOptions({
  queryKey: keys.list,
  initialPageParam: '',
  queryFn: async ({ pageParam }) => {
    const query = { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }
    return await answer(api.GET('/api/companies', { params: { query } }))
  },
  getNextPageParam: (page) => page.next || undefined,
})

export function companyQuery(id: string) {
  return queryOptions({
    queryKey: keys.one(id),
    queryFn: () => answer(api.GET('/api/companies/{id}', at(id))),
  })
}

export function membersQuery(id: string) {
  return queryOptions({
    queryKey: keys.members(id),
    queryFn: async () => (await answer(api.GET('/api/companies/{id}/members', at(id)))).items,
  })
}

export function invitesQuery(id: string) {
  return queryOptions({
    queryKey: keys.invites(id),
    queryFn: async () => (await answer(api.GET('/api/companies/{id}/invites', at(id)))).items,
  })
}

export function auditQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: keys.audit(id),
    initialPageParam: '',
    queryFn: async ({ pageParam }) => {
      const query = { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }
      const params = { path: { id }, query }
      const page = await answer(api.GET('/api/companies/{id}/audit', { params }))
      return page as { items: AuditEntry[]; next?: string }
    },
    getNextPageParam: (page) => page.next || undefined,
  })
}

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: () => answer(api.GET('/api/roles')),
})

export function createCompany(name: string, key: string): Promise<Company> {
  return answer(api.POST('/api/companies', { body: { name }, headers: idempotent(key) }))
}

/** What the forms of a company change. */
export type CompanyPatch = Partial<
  Pick<
    Company,
    'name' | 'color' | 'timezone' | 'language' | 'currency' | 'country' | 'hours' | 'holidays' | 'is_active'
  >
>

export function changeCompany(id: string, version: number, body: CompanyPatch): Promise<Company> {
  return answer(api.PATCH('/api/companies/{id}', { ...at(id), headers: ifMatch(version), body }))
}

export function uploadLogo(id: string, file: File, onProgress: (share: number) => void, signal: AbortSignal) {
  const form = new FormData()
  form.append('file', file)
  return upload<Company>(`/api/companies/${id}/logo`, form, { onProgress, signal })
}

const member = (id: string, memberId: string) => ({ params: { path: { id, member_id: memberId } } })

export function changeMember(id: string, memberId: string, body: { role?: Role; status?: Member['status'] }) {
  return answer(api.PATCH('/api/companies/{id}/members/{member_id}', { ...member(id, memberId), body }))
}

export function removeMember(id: string, memberId: string) {
  return answer(api.DELETE('/api/companies/{id}/members/{member_id}', member(id, memberId)))
}

export function makeResetLink(id: string, memberId: string) {
  return answer(api.POST('/api/companies/{id}/members/{member_id}/reset-link', member(id, memberId)))
}

export function createInvite(id: string, body: { email: string; role: Role }) {
  return answer(api.POST('/api/companies/{id}/invites', { ...at(id), body }))
}

export function revokeInvite(id: string, inviteId: string) {
  const params = { path: { id, invite_id: inviteId } }
  return answer(api.DELETE('/api/companies/{id}/invites/{invite_id}', { params }))
}

/** Whether this person may do something in that company, which need not be the current one. */
export function useCanIn(company: Pick<Company, 'id' | 'role'>): (permission: string) => boolean {
  const { user, workspace } = useSession()
  const { data } = useQuery(rolesQuery)
  const table = data?.items.find(({ role }) => role === company.role)?.permissions
  // The session knows the rights here at once; the table is for the other companies.
  const mine = workspace?.id === company.id ? workspace.permissions : table
  return (permission) => user.is_super_admin || (mine ?? []).includes(permission)
}
