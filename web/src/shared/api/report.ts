import { currentCompany } from './company'
import { ApiError } from './problem'

const reported = new Set<string>()
const mostPerPage = 20

/**
 * Tells the server about a failure in the browser. Answers the id under which the server keeps it,
 * empty when it could not be told. The same failure is told once.
 */
export async function reportFailure(error: unknown, where: string): Promise<string> {
  // The server knows what it refused, and an abort is somebody's wish.
  if (error instanceof ApiError || (error instanceof DOMException && error.name === 'AbortError')) return ''
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const key = `${where} ${message}`
  if (reported.has(key) || reported.size >= mostPerPage) return ''
  reported.add(key)
  try {
    const company = currentCompany()
    const response = await globalThis.fetch('/api/client-errors', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', ...(company ? { 'Cartie-Workspace': company } : {}) },
      // The query of an address may hold what a person searched for: only the path leaves the browser.
      body: JSON.stringify({
        message: message.slice(0, 1_000),
        stack: `${where}\n${stack}`.slice(0, 8_000),
        url: window.location.pathname.replace(/^\/(setup|invite|reset|signin)\/.*/, '/$1/…'),
      }),
    })
    return response.headers.get('X-Request-Id') ?? ''
  } catch {
    return ''
  }
}
