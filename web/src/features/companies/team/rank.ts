import { type Company, type Role, roles } from '../types'

/** The server's rule: nobody gives, changes or removes a role above their own. */
export function outranks(mine: Company['role'], other: Role): boolean {
  return mine === 'SUPER_ADMIN' || roles.indexOf(mine) <= roles.indexOf(other)
}

/** The roles that this person may give. */
export function givable(mine: Company['role']): Role[] {
  return roles.filter((role) => outranks(mine, role))
}
