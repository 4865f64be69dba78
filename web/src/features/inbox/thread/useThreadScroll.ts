import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

// So near to the end a reader counts as being there.
const nearEnd = 48
// Older messages are asked for when this little is left above.
const nearStart = 600

interface Anchor {
  id: string
  /** Distance from the top of the view, in pixels. */
  top: number
}

interface ThreadScrollOptions {
  /** Changes when the rows do. */
  rows: unknown
  /** Where to begin: a row (the line "unread"), or the end. */
  startAt: string | undefined
  isReady: boolean
  onNearStart: () => void
  /** The highest seq that was seen, each time it grows. */
  onSeen: (seq: number) => void
}

/**
 * Keeps the reader's place: what they look at stays where it is when older messages come above, pictures
 * get their size or the composer grows; at the end they stay at the end.
 */
export function useThreadScroll(options: ThreadScrollOptions) {
  const { rows, startAt, isReady } = options
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const anchor = useRef<Anchor | undefined>(undefined)
  const isAtEnd = useRef(true)
  const hasBegun = useRef(false)
  const [atEnd, setAtEnd] = useState(true)
  const latest = useRef(options)
  useLayoutEffect(() => {
    latest.current = options
  })

  const toEnd = useCallback((behavior: ScrollBehavior = 'auto') => {
    const view = scroller.current
    if (!view) return
    isAtEnd.current = true
    setAtEnd(true)
    view.scrollTo({ top: view.scrollHeight, behavior })
  }, [])

  const remember = useCallback(() => {
    const view = scroller.current
    if (!view) return
    const top = view.getBoundingClientRect().top
    isAtEnd.current = view.scrollHeight - view.scrollTop - view.clientHeight <= nearEnd
    setAtEnd(isAtEnd.current)
    const { first, seen } = look(view)
    anchor.current = first && { id: first.dataset.row ?? '', top: first.getBoundingClientRect().top - top }
    if (document.visibilityState === 'visible' && seen > 0) latest.current.onSeen(seen)
    if (view.scrollTop < nearStart) latest.current.onNearStart()
  }, [])

  const restore = useCallback(() => {
    const view = scroller.current
    if (!view || !hasBegun.current) return
    if (isAtEnd.current) {
      view.scrollTop = view.scrollHeight
      return
    }
    const kept = anchor.current
    const row = kept && rowOf(view, kept.id)
    if (!row) return
    const now = row.getBoundingClientRect().top - view.getBoundingClientRect().top
    if (Math.abs(now - kept.top) > 0.5) view.scrollTop += now - kept.top
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the rows is what moves the content
  useLayoutEffect(() => {
    const view = scroller.current
    if (!isReady || !view) return
    if (hasBegun.current) {
      restore()
    } else {
      hasBegun.current = true
      const start = startAt && rowOf(view, startAt)
      view.scrollTop = start ? start.offsetTop - view.clientHeight / 3 : view.scrollHeight
    }
    remember()
  }, [rows, isReady, startAt, restore, remember])

  useEffect(() => {
    const view = scroller.current
    if (!view || !isReady) return
    const watch = new ResizeObserver(restore)
    watch.observe(view)
    if (content.current) watch.observe(content.current)
    document.addEventListener('visibilitychange', remember)
    return () => {
      watch.disconnect()
      document.removeEventListener('visibilitychange', remember)
    }
  }, [isReady, restore, remember])

  const scrollToRow = useCallback((id: string): boolean => {
    const view = scroller.current
    const row = view && rowOf(view, id)
    if (!row) return false
    isAtEnd.current = false
    row.scrollIntoView({ block: 'center' })
    return true
  }, [])

  return { scroller, content, onScroll: remember, atEnd, toEnd, scrollToRow }
}

function rowOf(view: HTMLElement, id: string): HTMLElement | null {
  return view.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)
}

/** The first row that is in view, and the highest seq whose end is. */
function look(view: HTMLElement): { first: HTMLElement | undefined; seen: number } {
  const frame = view.getBoundingClientRect()
  let first: HTMLElement | undefined
  let seen = 0
  for (const row of view.querySelectorAll<HTMLElement>('[data-row]')) {
    const box = row.getBoundingClientRect()
    if (box.bottom <= frame.top) continue
    if (box.top > frame.bottom) break
    first ??= row
    if (box.bottom <= frame.bottom + 8) seen = Math.max(seen, Number(row.dataset.seq ?? 0))
  }
  return { first, seen }
}
