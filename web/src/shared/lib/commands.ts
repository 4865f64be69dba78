import type { Icon } from '@tabler/icons-react'
import { useEffect } from 'react'
import { create } from 'zustand'

/** Something that the palette (Ctrl/⌘-K) can do. */
export interface Command {
  id: string
  label: string
  /** Heading under which it stands, translated. */
  group: string
  icon?: Icon
  /** Other words by which it is found. */
  keywords?: string[]
  hint?: string
  run: () => void
}

interface CommandStore {
  groups: ReadonlyMap<string, readonly Command[]>
}

export const useCommandStore = create<CommandStore>()(() => ({ groups: new Map() }))

/**
 * Offers commands while the component is on the page. `owner` names the set: `inbox.thread`.
 * Memoise the list: a new list replaces the old one.
 */
export function useCommands(owner: string, commands: readonly Command[]): void {
  useEffect(() => {
    useCommandStore.setState(({ groups }) => ({ groups: new Map(groups).set(owner, commands) }))
    return () =>
      useCommandStore.setState(({ groups }) => {
        const rest = new Map(groups)
        rest.delete(owner)
        return { groups: rest }
      })
  }, [owner, commands])
}
