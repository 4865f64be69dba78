import { describe, expect, it } from 'vitest'
import { byDay, collapse, type Names, sentenceFor } from './audit'
import en from './locales/en.json'
import type { AuditEntry } from './types'

const names: Names = {
  member: (id) => (id === 'u1' ? 'Oksana' : 'someone'),
  role: (role) => role.toLowerCase(),
  field: (field) => field.toUpperCase(),
  bot: (id) => (id === 'b1' ? 'Sales bot' : 'a bot'),
}

function entry(kind: string, data: Record<string, unknown> = {}, more: Partial<AuditEntry> = {}): AuditEntry {
  return { seq: 1, kind, at: '2026-11-23T10:00:00Z', subject_type: '', data, ...more } as AuditEntry
}

describe('an entry of the journal', () => {
  it.each<[string, Record<string, unknown>, string, Record<string, string>]>([
    [
      'member.changed',
      { user_id: 'u1', role: 'MANAGER', was_role: 'OPERATOR', status: 'active', was_status: 'active' },
      'member.role',
      { person: 'Oksana', from: 'operator', to: 'manager' },
    ],
    [
      'member.changed',
      { user_id: 'u1', role: 'MANAGER', was_role: 'MANAGER', status: 'disabled', was_status: 'active' },
      'member.disabled',
      { person: 'Oksana' },
    ],
    [
      'member.changed',
      { user_id: 'u9', removed: true, was_role: 'VIEWER' },
      'member.removed',
      { person: 'someone' },
    ],
    [
      'member.changed',
      { user_id: 'u1', role: 'OWNER', status: 'active', added: true },
      'member.added',
      { person: 'Oksana', role: 'owner' },
    ],
    ['member.changed', { user_id: 'u1', password: 'changed' }, 'member.password', { person: 'Oksana' }],
    ['member.changed', { user_id: 'u1', telegram: 'linked' }, 'member.telegramLinked', { person: 'Oksana' }],
    ['member.changed', { user_id: 'u1', reset_link: true }, 'member.resetLink', { person: 'Oksana' }],
    ['workspace.changed', { created: true }, 'workspace.created', {}],
    ['workspace.changed', { fields: ['hours', 'name'] }, 'workspace.changed', { fields: 'HOURS, NAME' }],
    ['workspace.changed', { fields: [] }, 'workspace.touched', {}],
    ['invite.created', { role: 'MANAGER' }, 'invite.created', { role: 'manager' }],
    [
      'conversation.changed',
      { change: 'assigned', assignee_id: 'u1' },
      'conversation.assigned',
      { person: 'Oksana' },
    ],
    ['conversation.changed', { change: 'closed' }, 'conversation.closed', {}],
    ['conversation.changed', { change: 'of a later version' }, 'conversation.changed', {}],
    ['update.resolved', { state: 'dismissed' }, 'update.dismissed', {}],
    ['contact.changed', { change: 'edited', fields: ['phone'] }, 'contact.edited', { fields: 'PHONE' }],
    ['session.started', { how: 'password' }, 'session.started', {}],
  ])('%s %j', (kind, data, key, params) => {
    expect(sentenceFor(entry(kind, data), names)).toEqual({ key, params })
  })

  it('names the bot', () => {
    expect(sentenceFor(entry('bot.changed', { change: 'webhook_set' }, { subject_id: 'b1' }), names)).toEqual(
      {
        key: 'bot.webhook_set',
        params: { bot: 'Sales bot' },
      },
    )
  })

  it('of a kind without words is left to its identifier', () => {
    expect(sentenceFor(entry('lead.created'), names)).toBeUndefined()
  })

  it('has its words in the texts, with every variable', () => {
    const texts = en.audit.kind as Record<string, Record<string, string>>
    const changes = [
      'added',
      'removed',
      'stopped',
      'trouble',
      'webhook_set',
      'edited',
      'assigned',
      'unassigned',
      'closed',
      'reopened',
      'read',
      'unread',
      'blocked',
      'unblocked',
      'migrated',
      'created',
      'phone',
      'deleted',
      'other',
    ]
    const kinds = [
      'bot.changed',
      'conversation.changed',
      'contact.changed',
      'canned.changed',
      'member.changed',
      'workspace.changed',
      'invite.created',
      'invite.revoked',
      'invite.accepted',
      'update.resolved',
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
    ]
    for (const kind of kinds) {
      for (const change of changes) {
        for (const fields of [undefined, ['name']]) {
          const sentence = sentenceFor(entry(kind, { change, fields }), names)
          const [family = '', word = ''] = sentence?.key.split('.') ?? []
          const words = texts[family]?.[word]
          expect(words, `${kind} ${change}: audit.kind.${sentence?.key}`).toBeTruthy()
          const wanted = [...(words ?? '').matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '')
          expect(Object.keys(sentence?.params ?? {})).toEqual(expect.arrayContaining(wanted))
        }
      }
    }
  })
})

describe('days', () => {
  it('hold the entries that follow each other', () => {
    const days = byDay([{ at: 'a1' }, { at: 'a2' }, { at: 'b1' }], (at) => at.slice(0, 1))
    expect(days.map(({ day, entries }) => [day, entries.length])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })
})

describe('entries that repeat', () => {
  it('become one with a number, as long as nothing stands between them', () => {
    expect(collapse(['a', 'a', 'b', 'a'], (entry) => entry)).toEqual([
      { entry: 'a', count: 2 },
      { entry: 'b', count: 1 },
      { entry: 'a', count: 1 },
    ])
  })
})
