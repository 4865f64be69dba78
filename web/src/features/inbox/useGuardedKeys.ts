import { useEffect, useEffectEvent } from 'react'
import { type Shortcut, useShortcutStore } from '@/shared/lib/shortcuts'

// What lies over the page has the keys to itself.
const covers = '[role="dialog"], [role="menu"], [role="listbox"]'
const controls = 'a, button, input, textarea, select, summary, [role="menuitem"], [contenteditable="true"]'

let wasCovered = false

/** Whether something lay over the page when the key was pressed (by now it may be closing because of it). */
export function isCovered(): boolean {
  return wasCovered
}

/**
 * Keys that mean something to every control: Enter presses a button, Esc closes what is open.
 * They act for the page only when nothing else wants them, and stand in the help (?) with the others.
 */
export function useGuardedKeys(owner: string, title: string, shortcuts: readonly Shortcut[]): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const shortcut = shortcuts.find(({ keys }) => keys === event.key)
    if (!shortcut || wasCovered) return
    const target = event.target instanceof Element ? event.target : undefined
    const isTyping = target?.closest('input, textarea, select, [contenteditable="true"]')
    if (isTyping || (event.key === 'Enter' && target?.closest(controls))) return
    event.preventDefault()
    shortcut.run()
  })
  useEffect(() => {
    const look = () => {
      wasCovered = document.querySelector(covers) !== null
    }
    window.addEventListener('keydown', look, true)
    window.addEventListener('keydown', onKey)
    return () => {
      window.removeEventListener('keydown', look, true)
      window.removeEventListener('keydown', onKey)
    }
  }, [])
  useEffect(() => {
    useShortcutStore.setState(({ groups }) => ({ groups: new Map(groups).set(owner, { title, shortcuts }) }))
    return () =>
      useShortcutStore.setState(({ groups }) => {
        const rest = new Map(groups)
        rest.delete(owner)
        return { groups: rest }
      })
  }, [owner, title, shortcuts])
}
