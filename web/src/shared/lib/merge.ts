/** Equality of plain JSON values; the order of the keys of an object does not matter. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(
    (key) => key in b && sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  )
}

export type Field<T> = Extract<keyof T, string>

/** The fields in which two versions of one thing differ. */
export function changedFields<T extends object>(before: T, after: T): Field<T>[] {
  return (Object.keys(before) as Field<T>[]).filter((field) => !sameValue(before[field], after[field]))
}

export interface Merged<T> {
  /** Mine where I changed something, theirs everywhere else. */
  values: T
  /** Changed by others only: taken over. */
  taken: Field<T>[]
  /** Changed by both, differently: mine is kept. */
  both: Field<T>[]
}

/** What a form shows after somebody else has saved while a person was typing. */
export function threeWay<T extends object>(base: T, mine: T, theirs: T): Merged<T> {
  const values = { ...mine }
  const taken: Field<T>[] = []
  const both: Field<T>[] = []
  for (const field of changedFields(base, theirs)) {
    if (sameValue(mine[field], theirs[field])) continue
    if (sameValue(mine[field], base[field])) {
      values[field] = theirs[field]
      taken.push(field)
    } else {
      both.push(field)
    }
  }
  return { values, taken, both }
}
