const storageKey = 'cartie-reloaded-at'
// A second failure so soon means that reloading does not help.
const againMs = 60_000

/** A tab that is older than the server asks for files that are gone: reload once to get the new ones. */
export function reloadOnStaleChunk(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(storageKey) ?? 0)
    if (Date.now() - last < againMs) return
    event.preventDefault()
    sessionStorage.setItem(storageKey, String(Date.now()))
    window.location.reload()
  })
}
