import { createContext, useContext } from 'react'
import type { BotRef, Conversation, Message } from '../types'

/** What the parts of one thread need to know about the whole. */
export interface Thread {
  conversation: Conversation
  me: string
  /** Bots by id, for the timeline of a contact. */
  botOf: (id: string) => BotRef | undefined
  reply: (message: Message) => void
  edit: (message: Message) => void
  /** Scrolls to a message, loading older ones until it is there. */
  jumpTo: (id: string) => void
  /** The message that was just jumped to. */
  lit: string
  isGroup: boolean
}

export const ThreadContext = createContext<Thread | undefined>(undefined)

export function useThread(): Thread {
  const thread = useContext(ThreadContext)
  if (!thread) throw new Error('useThread outside of a thread')
  return thread
}
