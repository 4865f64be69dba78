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

function byCode(code: string, t: TFunction, namespace: string): string {
  const loose = t as unknown as LooseT
  for (const ns of code ? [namespace, 'common'] : []) {
    const found = loose(`problem.${code}`, { ns, defaultValue: '' })
    if (found) return found
  }
  return ''
}

/**
 * The sentence for a person: by the server's code in the language of the page, or else by kind.
 * Codes live under `problem.<code>` in the namespace of the feature (or `common`).
 * The server's own English sentence is used only where the page is English and nothing better exists.
 */
export function sentenceOf(error: unknown, t: TFunction, language: string, namespace = 'common'): string {
  const problem = toApiError(error)
  const known = byCode(problem.code, t, namespace)
  if (known) return known
  const hasSentence =
    problem.kind === 'invalid' || problem.kind === 'conflict' || problem.kind === 'not_found'
  if (language === 'en' && hasSentence && problem.detail) return problem.detail
  return t(keys[problem.kind])
}

/** The words under each wrong field, for `form.setErrors`. */
export function fieldSentences(
  error: unknown,
  t: TFunction,
  language: string,
  namespace = 'common',
): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, { code, detail }] of Object.entries(toApiError(error).fields)) {
    const english = language === 'en' ? detail : ''
    out[name] = byCode(code, t, namespace) || english || t('error.invalid')
  }
  return out
}
