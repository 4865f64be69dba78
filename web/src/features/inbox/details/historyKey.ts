import type { HistoryEntry } from '../types'

const changes = {
  assigned: 'assigned',
  unassigned: 'unassigned',
  closed: 'closed',
  reopened: 'reopened',
  read: 'read',
  unread: 'unread',
  blocked: 'blocked',
  unblocked: 'unblocked',
  migrated: 'migrated',
} as const

const contactChanges = {
  created: 'contactCreated',
  phone: 'contactPhone',
  channel: 'contactChannel',
} as const

const kinds = {
  'note.added': 'noteAdded',
  'note.deleted': 'noteDeleted',
  'message.edited': 'messageEdited',
  'message.deleted': 'messageDeleted',
} as const

export type HistoryKey =
  | (typeof changes)[keyof typeof changes]
  | (typeof contactChanges)[keyof typeof contactChanges]
  | (typeof kinds)[keyof typeof kinds]
  | 'took'
  | 'contactEdited'
  | 'other'

/** What the event carried, as far as a sentence can use it. */
export function historyData(entry: HistoryEntry): { change: string; reason: string; fields: string[] } {
  const data = (typeof entry.data === 'object' && entry.data !== null ? entry.data : {}) as Record<
    string,
    unknown
  >
  return {
    change: typeof data.change === 'string' ? data.change : '',
    reason: typeof data.reason === 'string' ? data.reason : '',
    fields: Array.isArray(data.fields) ? data.fields.filter((field) => typeof field === 'string') : [],
  }
}

/** Which sentence tells an entry. What a later server adds is told as "something changed". */
export function historyKey(entry: HistoryEntry): HistoryKey {
  const { kind } = entry
  const { change, reason } = historyData(entry)
  if (kind === 'conversation.changed') {
    // Who answers an unassigned conversation takes it.
    if (change === 'assigned' && reason === 'answer') return 'took'
    return change in changes ? changes[change as keyof typeof changes] : 'other'
  }
  if (kind === 'contact.changed') {
    return change in contactChanges ? contactChanges[change as keyof typeof contactChanges] : 'contactEdited'
  }
  return kind in kinds ? kinds[kind as keyof typeof kinds] : 'other'
}
