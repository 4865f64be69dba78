import { createContext, useContext } from 'react'
import type { Filter } from './types'

/** Where the reader is. All of it stands in the address, except the side panel, which is a habit. */
export interface Inbox {
  filter: Filter
  setFilter: (change: Partial<Filter>) => void
  /** Id of the open conversation, empty when none is. */
  chat: string
  open: (id: string) => void
  close: () => void
  hrefOf: (id: string) => string
  isTimeline: boolean
  setTimeline: (isOn: boolean) => void
  hasDetails: boolean
  setDetails: (isOn: boolean) => void
  isPhone: boolean
}

export const InboxContext = createContext<Inbox | undefined>(undefined)

export function useInbox(): Inbox {
  const inbox = useContext(InboxContext)
  if (!inbox) throw new Error('useInbox outside of the inbox')
  return inbox
}
