import type { Answer, ItemOf } from '@/shared/api/types'

export type Role = 'OWNER' | 'ADMIN' | 'MANAGER' | 'OPERATOR' | 'DEALER' | 'VIEWER'

/** From the most to the least powerful, as the server ranks them. */
export const roles: readonly Role[] = ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'DEALER', 'VIEWER']

/** A company with the standing of the signed-in person in it. */
export type Company = Answer<'/api/companies/{id}', 'get'>
export type Holiday = Company['holidays'][number]
export type Member = ItemOf<Answer<'/api/companies/{id}/members', 'get'>>
export type Invite = ItemOf<Answer<'/api/companies/{id}/invites', 'get'>>

type RawEntry = ItemOf<Answer<'/api/companies/{id}/audit', 'get'>>
/** The server's document leaves `data` open: its shape depends on the kind. */
export type AuditEntry = Omit<RawEntry, 'data'> & { data: Record<string, unknown> }
