const storageKey = 'cartie-company'

/**
 * The company this tab works in. Kept per tab: two tabs may stand in two companies.
 * A new tab takes the one that the session names.
 */
export function currentCompany(): string | null {
  return sessionStorage.getItem(storageKey)
}

export function keepCompany(id: string | null): void {
  if (id) sessionStorage.setItem(storageKey, id)
  else sessionStorage.removeItem(storageKey)
}
