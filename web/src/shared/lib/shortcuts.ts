import { useHotkeys } from '@mantine/hooks'
import { useEffect } from 'react'
import { create } from 'zustand'

/** A key of a page: shown in the help (?), silent while someone types. */
export interface Shortcut {
  /** As Mantine writes it: `j`, `mod+Enter`, `shift+?`. */
  keys: string
  label: string
  run: () => void
}

interface ShortcutStore {
  groups: ReadonlyMap<string, { title: string; shortcuts: readonly Shortcut[] }>
}

export const useShortcutStore = create<ShortcutStore>()(() => ({ groups: new Map() }))

/** Listens to the keys while the component is on the page. Memoise the list. */
export function useShortcuts(owner: string, title: string, shortcuts: readonly Shortcut[]): void {
  useHotkeys(shortcuts.map(({ keys, run }) => [keys, run]))
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
