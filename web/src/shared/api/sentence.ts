import type { TFunction } from 'i18next'
import type { ErrorKind } from './problem'
import { toApiError } from './problem'

const keys = {
  invalid: 'error.invalid',
  unauthorized: 'error.unauthorized',
  forbidden: 'error.forbidden',
  not_found: 'error.notFound',
  conflict: 'error.conflict',
  stale: 'error.stale',
  limited: 'error.limited',
  unavailable: 'error.unavailable',
  offline: 'error.offline',
  internal: 'error.internal',
} as const satisfies Record<ErrorKind, string>

/** Looks a text up by a key that is known only at run time. */
type LooseT = (key: string, options?: { ns?: string; defaultValue?: string }) => string

/**
 * The sentence for a person: by the server's code in the language of the page, or else by kind.
 * Codes live under `problem.<code>` in the namespace of the feature (or `common`).
 * The server's own English sentence is used only where the page is English and nothing better exists.
 */
export function sentenceOf(error: unknown, t: TFunction, language: string, namespace = 'common'): string {
  const problem = toApiError(error)
  const loose = t as unknown as LooseT
  if (problem.code) {
    for (const ns of [namespace, 'common']) {
      const found = loose(`problem.${problem.code}`, { ns, defaultValue: '' })
      if (found) return found
    }
  }
  const hasSentence =
    problem.kind === 'invalid' || problem.kind === 'conflict' || problem.kind === 'not_found'
  if (language === 'en' && hasSentence && problem.detail) return problem.detail
  return t(keys[problem.kind])
}
