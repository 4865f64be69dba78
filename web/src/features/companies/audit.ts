import type { AuditEntry } from './types'

/** A key under `audit.` in the texts, with what goes into the sentence. */
export interface Sentence {
  key: string
  params: Record<string, string>
}

/** Names that the page knows for the identifiers in the entries. */
export interface Names {
  member: (userId: string) => string
  role: (role: string) => string
  field: (field: string) => string
  bot: (botId: string) => string
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const of = (key: string, params: Record<string, string> = {}): Sentence => ({ key, params })

function fieldsOf(data: Record<string, unknown>, names: Names): string {
  const fields = Array.isArray(data.fields) ? data.fields : []
  return fields
    .filter((field): field is string => typeof field === 'string')
    .map(names.field)
    .join(', ')
}

function member({ data }: AuditEntry, names: Names): Sentence {
  const person = names.member(text(data.user_id))
  const role = text(data.role)
  const wasRole = text(data.was_role)
  const status = text(data.status)
  if (data.removed === true) return of('member.removed', { person })
  if (data.added === true) {
    return role ? of('member.added', { person, role: names.role(role) }) : of('member.known', { person })
  }
  if (data.reset_link === true) return of('member.resetLink', { person })
  if (data.profile === true) return of('member.profile', { person })
  if (text(data.password)) return of('member.password', { person })
  if (text(data.telegram)) {
    return of(data.telegram === 'linked' ? 'member.telegramLinked' : 'member.telegramUnlinked', { person })
  }
  if (wasRole && role !== wasRole) {
    return of('member.role', { person, from: names.role(wasRole), to: names.role(role) })
  }
  if (status && status !== text(data.was_status)) {
    return of(status === 'disabled' ? 'member.disabled' : 'member.enabled', { person })
  }
  return of('member.changed', { person })
}

function workspace({ data }: AuditEntry, names: Names): Sentence {
  if (data.created === true) return of('workspace.created')
  const fields = fieldsOf(data, names)
  return fields ? of('workspace.changed', { fields }) : of('workspace.touched')
}

const conversationChanges = ['closed', 'reopened', 'read', 'unread', 'blocked', 'unblocked', 'migrated']

function conversation({ data }: AuditEntry, names: Names): Sentence {
  const change = text(data.change)
  if (change === 'assigned') {
    return of('conversation.assigned', { person: names.member(text(data.assignee_id)) })
  }
  if (change === 'unassigned' || conversationChanges.includes(change)) return of(`conversation.${change}`)
  return of('conversation.changed')
}

const botChanges = ['added', 'removed', 'stopped', 'trouble', 'webhook_set']

function bot({ data, subject_id }: AuditEntry, names: Names): Sentence {
  const name = names.bot(subject_id ?? '')
  const change = text(data.change)
  if (botChanges.includes(change)) return of(`bot.${change}`, { bot: name })
  const fields = fieldsOf(data, names)
  return fields ? of('bot.edited', { bot: name, fields }) : of('bot.changed', { bot: name })
}

function contact({ data }: AuditEntry, names: Names): Sentence {
  const fields = fieldsOf(data, names)
  if (fields) return of('contact.edited', { fields })
  const change = text(data.change)
  return of(change === 'created' || change === 'phone' ? `contact.${change}` : 'contact.changed')
}

const families: Record<string, (entry: AuditEntry, names: Names) => Sentence> = {
  'member.changed': member,
  'workspace.changed': workspace,
  'conversation.changed': conversation,
  'bot.changed': bot,
  'contact.changed': contact,
  'invite.created': ({ data }, names) => of('invite.created', { role: names.role(text(data.role)) }),
  'invite.revoked': ({ data }, names) => of('invite.revoked', { role: names.role(text(data.role)) }),
  'invite.accepted': ({ data }, names) => of('invite.accepted', { role: names.role(text(data.role)) }),
  'update.resolved': ({ data }) => of(data.state === 'dismissed' ? 'update.dismissed' : 'update.applied'),
  'canned.changed': ({ data }) => of(data.change === 'deleted' ? 'canned.deleted' : 'canned.changed'),
}

// Kinds that one sentence says completely.
const plain = new Set([
  'session.started',
  'session.revoked',
  'session.company_chosen',
  'message.received',
  'message.sent',
  'message.state',
  'message.edited',
  'message.deleted',
  'note.added',
  'note.deleted',
  'media.ready',
  'update.failed',
  'notification.added',
  'draft.changed',
  'scenario.started',
  'scenario.completed',
])

/** What an entry says. Undefined for a kind that this version has no words for: then its identifier is shown. */
export function sentenceFor(entry: AuditEntry, names: Names): Sentence | undefined {
  const family = families[entry.kind]
  if (family) return family(entry, names)
  return plain.has(entry.kind) ? of(entry.kind) : undefined
}

/** Entries that stand together under one day, in the order in which they came. */
export function byDay<E extends { at: string }>(
  entries: readonly E[],
  dayOf: (at: string) => string,
): { day: string; entries: E[] }[] {
  const groups: { day: string; entries: E[] }[] = []
  for (const entry of entries) {
    const day = dayOf(entry.at)
    const last = groups.at(-1)
    if (last?.day === day) last.entries.push(entry)
    else groups.push({ day, entries: [entry] })
  }
  return groups
}

/** Entries that say the same of the same actor one after the other become one with a number. */
export function collapse<E>(
  entries: readonly E[],
  sameAs: (entry: E) => string,
): { entry: E; count: number }[] {
  const rows: { entry: E; count: number }[] = []
  let before: string | undefined
  for (const entry of entries) {
    const key = sameAs(entry)
    const last = rows.at(-1)
    if (last && key === before) last.count += 1
    else rows.push({ entry, count: 1 })
    before = key
  }
  return rows
}
