import type { DomainEvent } from '@/shared/api/events'

/** What a burst of changes asks of the caches: each thing once, however often it was mentioned. */
export interface Plan {
  /** Conversations whose row is to be read again. */
  rows: Set<string>
  /** Conversations with new messages. */
  grown: Set<string>
  /** Messages to be read again, by conversation; `seq` when the event knew it. */
  messages: { conversation: string; id: string; seq: number }[]
  /** New delivery states, in order. */
  states: { conversation: string; id: string; state: string }[]
  contacts: Set<string>
  notes: Set<string>
  /** Conversations with a new entry of history. */
  history: Set<string>
  drafts: Set<string>
  hasCanned: boolean
  hasBots: boolean
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const number = (value: unknown) => (typeof value === 'number' ? value : 0)

/** States about which the row and the reason in the message must be read from the server. */
const telling = new Set(['failed', 'unknown', 'cancelled'])

export function planOf(events: readonly DomainEvent[], me: string): Plan {
  const plan: Plan = {
    rows: new Set(),
    grown: new Set(),
    messages: [],
    states: [],
    contacts: new Set(),
    notes: new Set(),
    history: new Set(),
    drafts: new Set(),
    hasCanned: false,
    hasBots: false,
  }
  const again = (conversation: string, data: Record<string, unknown>) => {
    const id = text(data.message_id)
    if (!id || plan.messages.some((known) => known.id === id)) return
    plan.messages.push({ conversation, id, seq: number(data.seq) })
  }
  for (const { kind, subject_id: subject, data } of events) {
    switch (kind) {
      case 'message.received':
      case 'message.sent':
        plan.rows.add(subject)
        // A further part of an album changes a message that may be on the page already.
        if (data.album_part) again(subject, data)
        else plan.grown.add(subject)
        break
      case 'message.state':
        readStates(plan, subject, data, again)
        break
      case 'message.edited':
      case 'message.deleted':
        plan.rows.add(subject)
        plan.history.add(subject)
        again(subject, data)
        break
      case 'media.ready':
        again(subject, data)
        break
      case 'conversation.changed':
        plan.rows.add(subject)
        if (data.change !== 'read' && data.change !== 'unread') plan.history.add(subject)
        break
      case 'contact.changed':
        plan.contacts.add(subject)
        break
      case 'note.added':
      case 'note.deleted':
        plan.notes.add(subject)
        plan.history.add(subject)
        break
      case 'draft.changed':
        if (text(data.user_id) === me) plan.drafts.add(subject)
        break
      case 'canned.changed':
        plan.hasCanned = true
        break
      case 'bot.changed':
        plan.hasBots = true
        break
    }
  }
  return plan
}

function readStates(
  plan: Plan,
  conversation: string,
  data: Record<string, unknown>,
  again: (conversation: string, data: Record<string, unknown>) => void,
): void {
  const list = Array.isArray(data.messages) ? (data.messages as Record<string, unknown>[]) : [data]
  for (const entry of list) {
    const id = text(entry.message_id)
    const state = text(entry.state)
    if (!id || !state) continue
    plan.states.push({ conversation, id, state })
    if (telling.has(state)) {
      plan.rows.add(conversation)
      again(conversation, entry)
    }
  }
}

/**
 * Runs `work` for an id at most once at a time; asked for meanwhile, it runs once more afterwards, so that
 * the last answer was begun after the last change.
 */
export function oncePerId(work: (id: string) => Promise<unknown>): (id: string) => void {
  const running = new Map<string, { isAskedAgain: boolean }>()
  const run = async (id: string): Promise<void> => {
    const state = { isAskedAgain: false }
    running.set(id, state)
    try {
      await work(id)
    } catch {
      // The next change or the next reconnect reads it again.
    }
    if (state.isAskedAgain) return run(id)
    running.delete(id)
  }
  return (id) => {
    const state = running.get(id)
    if (state) state.isAskedAgain = true
    else void run(id)
  }
}
