/**
 * Addresses of the earlier product (`/#/inbox?chat=1`) become real ones (`/inbox?chat=1`).
 * Undefined for every other hash.
 */
export function fromHash(hash: string): string | undefined {
  if (!hash.startsWith('#/')) return undefined
  const path = hash.slice(1)
  // `#//other.site` would leave this one.
  return path.startsWith('//') || path.includes('\\') ? '/' : path
}
