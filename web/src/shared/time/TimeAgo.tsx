import { Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { useFormat } from './useFormat'

const listeners = new Set<() => void>()
let minute = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for all the times on a page. */
function onMinute(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    minute = Date.now()
    for (const tell of listeners) tell()
  }, 30_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** "5 minutes ago" that stays true; the exact time is in the tooltip. */
export function TimeAgo({ at }: { at: string }) {
  useSyncExternalStore(onMinute, () => minute)
  const format = useFormat()
  return (
    <Tooltip label={format.full(at)}>
      <time dateTime={at}>{format.ago(at)}</time>
    </Tooltip>
  )
}
