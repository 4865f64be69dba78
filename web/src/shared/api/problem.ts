/** What went wrong, as far as a page cares: which sentence, which field, whether trying again may help. */
export type ErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'limited'
  | 'unavailable'
  | 'offline'
  | 'internal'

/** One wrong input: the server's English words, and the code by which they are translated. */
export interface FieldProblem {
  detail: string
  code: string
}

export interface ApiErrorInit {
  kind: ErrorKind
  status: number
  code?: string
  detail?: string
  requestId?: string
  fields?: Record<string, FieldProblem>
  retryAfterSeconds?: number
}

/** An RFC 9457 answer of the server, or the absence of any answer (kind `offline`). */
export class ApiError extends Error {
  readonly kind: ErrorKind
  /** HTTP status, 0 when there was no answer. */
  readonly status: number
  /** Stable snake_case word; the sentence is looked up by it first. */
  readonly code: string
  /** The server's own sentence, in English. */
  readonly detail: string
  readonly requestId: string
  /** What is wrong, by the name of the field. For words see `fieldSentences`. */
  readonly fields: Readonly<Record<string, FieldProblem>>
  readonly retryAfterSeconds: number | undefined

  constructor(init: ApiErrorInit) {
    super(init.detail || init.kind)
    this.name = 'ApiError'
    this.kind = init.kind
    this.status = init.status
    this.code = init.code ?? ''
    this.detail = init.detail ?? ''
    this.requestId = init.requestId ?? ''
    this.fields = init.fields ?? {}
    this.retryAfterSeconds = init.retryAfterSeconds
  }
}

function kindOf(status: number): ErrorKind {
  switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
      return 'invalid'
    case 401:
      return 'unauthorized'
    case 403:
      return 'forbidden'
    case 404:
    case 410:
      return 'not_found'
    case 409:
      return 'conflict'
    case 412:
    case 428:
      return 'stale'
    case 429:
      return 'limited'
    case 502:
    case 503:
    case 504:
      return 'unavailable'
    default:
      return 'internal'
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** `hours.mon[0]` is what a form calls `hours.mon.0`. */
function fieldName(field: string): string {
  return field.replace(/\[(\d+)\]/g, '.$1')
}

export function problemToError(status: number, headers: Headers, body: unknown): ApiError {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const fields: Record<string, FieldProblem> = {}
  if (Array.isArray(problem.errors)) {
    for (const entry of problem.errors as Record<string, unknown>[]) {
      const name = fieldName(text(entry?.field))
      if (name && !(name in fields)) fields[name] = { detail: text(entry.detail), code: text(entry.code) }
    }
  }
  const retryAfter = Number(headers.get('Retry-After') ?? Number.NaN)
  return new ApiError({
    kind: problem.code === 'stale' ? 'stale' : kindOf(status),
    status,
    code: text(problem.code),
    detail: text(problem.detail),
    requestId: text(problem.request_id) || (headers.get('X-Request-Id') ?? ''),
    fields,
    ...(Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {}),
  })
}

/** Anything that was thrown, as an ApiError; a failed fetch is `offline`. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  if (thrown instanceof TypeError && /fetch|network|load failed/i.test(thrown.message)) {
    return new ApiError({ kind: 'offline', status: 0 })
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return new ApiError({ kind: 'internal', status: 0, detail })
}

/** Whether the same request may succeed a little later without anyone changing it. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  return error.kind === 'offline' || error.kind === 'unavailable' || error.status === 408
}
