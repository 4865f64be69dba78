import createClient, { type Middleware } from 'openapi-fetch'
import { currentCompany } from './company'
import { problemToError, toApiError } from './problem'
import type { paths } from './schema.gen'

/** One random key per attempt of a person to create something; a repeat with the same key creates nothing new. */
export function newKey(): string {
  // randomUUID exists only on https and localhost; an address on the local network has neither.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Header for a create that is repeated by hand or by a queue: keep the key with the thing to create. */
export function idempotent(key: string): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': key }
}

/** Header for a change of something that another person may be changing too. */
export function ifMatch(version: number): { 'If-Match': string } {
  return { 'If-Match': `"${version}"` }
}

const headers: Middleware = {
  onRequest({ request }) {
    const company = currentCompany()
    if (company) request.headers.set('Cartie-Workspace', company)
    if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
      request.headers.set('Idempotency-Key', newKey())
    }
    return request
  },
}

/** Typed by the server's OpenAPI document. Wrap each call in `answer`. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  // Looked up per call, so that tests can replace it.
  fetch: (request) => globalThis.fetch(request),
})
api.use(headers)

interface Outcome<D> {
  data?: D
  error?: unknown
  response: Response
}

/** The body of a good answer; every other outcome is thrown as an ApiError. */
export async function answer<D>(call: Promise<Outcome<D>>): Promise<D> {
  let outcome: Outcome<D>
  try {
    outcome = await call
  } catch (thrown) {
    throw toApiError(thrown)
  }
  if (!outcome.response.ok) {
    throw problemToError(outcome.response.status, outcome.response.headers, outcome.error)
  }
  return outcome.data as D
}

/** A multipart upload with progress, which fetch cannot report. Abort through the signal. */
export function upload<D>(
  path: string,
  form: FormData,
  options: { onProgress?: (share: number) => void; signal?: AbortSignal; key?: string } = {},
): Promise<D> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.responseType = 'json'
    const company = currentCompany()
    if (company) request.setRequestHeader('Cartie-Workspace', company)
    request.setRequestHeader('Idempotency-Key', options.key ?? newKey())
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress?.(event.loaded / event.total)
    }
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(request.response as D)
        return
      }
      const answered = new Headers()
      for (const name of ['X-Request-Id', 'Retry-After']) {
        const value = request.getResponseHeader(name)
        if (value) answered.set(name, value)
      }
      reject(problemToError(request.status, answered, request.response))
    }
    request.onerror = () => reject(toApiError(new TypeError('Failed to fetch')))
    request.onabort = () => reject(new DOMException('Aborted', 'AbortError'))
    options.signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(form)
  })
}
