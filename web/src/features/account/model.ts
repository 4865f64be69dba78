import { ApiError } from '@/shared/api/problem'

/** The server's own lower bound; it alone decides, this only spares a round trip. */
export const shortestPassword = 10

export function isEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim())
}

export function isLongEnough(password: string): boolean {
  return [...password].length >= shortestPassword
}

/** A one-time link that is used up, expired or mistyped: no retry will mend it. */
export function isDeadLink(error: unknown): boolean {
  return error instanceof ApiError && (error.kind === 'not_found' || error.code.endsWith('_expired'))
}

const browsers: [pattern: RegExp, name: string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]

const systems: [pattern: RegExp, name: string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
]

/** `Chrome` and `Windows` out of a User-Agent; undefined for what is not a browser. */
export function device(userAgent: string): { browser: string; system: string } | undefined {
  const name = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = name(browsers)
  const system = name(systems)
  return browser && system ? { browser, system } : undefined
}
