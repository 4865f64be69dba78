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
