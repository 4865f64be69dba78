import { describe, expect, it } from 'vitest'
import {
  belongs,
  type ContactValues,
  changedFields,
  combine,
  conflictingFields,
  firstUnread,
  type ListData,
  lastEditable,
  listItems,
  mergeMessages,
  patchMessage,
  placeConversation,
  rowWithState,
  type ThreadData,
  threadMessages,
  withState,
} from './model'
import { FakeServer, ids } from './testing/fake'
import type { Conversation, Filter, Message } from './types'

const now = Date.parse('2026-11-23T10:00:00Z')
const all: Filter = { view: 'all', bot: '', status: 'open', unread: false, q: '' }

function rows(...minutes: number[]): Conversation[] {
  const fake = new FakeServer(now)
  return minutes.map((ago, index) => fake.addConversation({ id: `c${index}`, minutes: ago }))
}

function list(items: Conversation[], next?: string): ListData {
  return { pages: [{ items, next }], pageParams: [undefined] }
}

const order = (data: ListData) => listItems(data).map((row) => row.id)

describe('placeConversation', () => {
  it('moves a conversation with a new message to the top', () => {
    const [a, b, c] = rows(1, 5, 9)
    if (!a || !b || !c) throw new Error('rows')
    const written = {
      ...c,
      last_message: { ...(c.last_message ?? a.last_message), at: '2026-11-23T10:01:00Z' },
    } as Conversation
    expect(order(placeConversation(list([a, b, c]), written, all, ids.me))).toEqual(['c2', 'c0', 'c1'])
  })

  it.each<[string, Partial<Conversation>, Partial<Filter>, boolean]>([
    ['a closed one leaves the open list', { status: 'closed' }, {}, false],
    [
      'one of a colleague leaves mine',
      { assignee: { id: ids.colleague, name: 'T' } },
      { view: 'mine' },
      false,
    ],
    ['mine stays in mine', { assignee: { id: ids.me, name: 'O' } }, { view: 'mine' }, true],
    [
      'an assigned one leaves unassigned',
      { assignee: { id: ids.me, name: 'O' } },
      { view: 'unassigned' },
      false,
    ],
    ['a read one leaves the unread', { unread_count: 0 }, { unread: true }, false],
    ['another bot does not belong', {}, { bot: ids.otherBot }, false],
    ['a reopened one leaves the closed list', { status: 'open' }, { status: 'closed' }, false],
    ['a found one stays found', {}, { q: 'bmw' }, true],
  ])('%s', (_name, change, filter, stays) => {
    const [a, b] = rows(1, 5)
    if (!a || !b) throw new Error('rows')
    const data = placeConversation(list([a, b]), { ...b, ...change }, { ...all, ...filter }, ids.me)
    expect(order(data)).toEqual(stays ? ['c0', 'c1'] : ['c0'])
  })

  it('keeps what stands open although it no longer belongs', () => {
    const [a, b] = rows(1, 5)
    if (!a || !b) throw new Error('rows')
    const read = { ...b, unread_count: 0 }
    const data = placeConversation(list([a, b]), read, { ...all, unread: true }, ids.me, 'c1')
    expect(order(data)).toEqual(['c0', 'c1'])
  })

  it('does not invent a row among pages that are not loaded', () => {
    const [a, b, old] = rows(1, 5, 500)
    if (!a || !b || !old) throw new Error('rows')
    expect(order(placeConversation(list([a, b], 'more'), old, all, ids.me))).toEqual(['c0', 'c1'])
    expect(order(placeConversation(list([a, b]), old, all, ids.me))).toEqual(['c0', 'c1', 'c2'])
  })

  it('does not add a search result that the server did not find', () => {
    const [a, b] = rows(1, 5)
    if (!a || !b) throw new Error('rows')
    expect(order(placeConversation(list([a]), b, { ...all, q: 'x' }, ids.me))).toEqual(['c0'])
    expect(belongs(b, { ...all, q: 'x' }, ids.me)).toBeUndefined()
  })
})

describe('rowWithState', () => {
  it.each([
    ['out', 'queued', 'sent', 'sent'],
    ['out', 'sending', 'failed', 'failed'],
    ['out', 'sent', 'sending', 'sent'],
    ['in', '', 'sent', ''],
  ])('%s %s with news "%s" is %s', (direction, from, news, to) => {
    const [row] = rows(1)
    if (!row?.last_message) throw new Error('rows')
    const changed = rowWithState(
      { ...row, last_message: { ...row.last_message, direction, state: from } },
      news,
    )
    expect(changed.last_message?.state).toBe(to)
  })
})

function thread(...seqs: number[]): {
  data: ThreadData
  make: (seq: number, change?: Partial<Message>) => Message
} {
  const fake = new FakeServer(now)
  const conversation = fake.addConversation({ id: 'c' })
  const make = (seq: number, change: Partial<Message> = {}) =>
    fake.addMessage(conversation, { id: `m${seq}`, seq, ...change })
  return { data: { pages: [{ items: seqs.map((seq) => make(seq)) }], pageParams: [undefined] }, make }
}

const seqs = (data: ThreadData) => threadMessages(data).map((message) => message.seq)

describe('mergeMessages', () => {
  it('appends, replaces and never repeats', () => {
    const { data, make } = thread(1, 2)
    const once = mergeMessages(data, [make(3), make(2, { text: 'changed' })])
    const twice = mergeMessages(once, [make(3)])
    expect(seqs(twice)).toEqual([1, 2, 3])
    expect(threadMessages(twice)[1]?.text).toBe('changed')
  })

  it('puts a late message into its place', () => {
    const { data, make } = thread(1, 4)
    expect(seqs(mergeMessages(data, [make(5), make(3)]))).toEqual([1, 3, 4, 5])
  })

  it('leaves out what is older than the loaded pages', () => {
    const { data, make } = thread(10, 11)
    const partly = { ...data, pages: data.pages.map((page) => ({ ...page, next: '10' })) }
    expect(seqs(mergeMessages(partly, [make(3)]))).toEqual([10, 11])
  })

  it('fills an empty thread', () => {
    const { make } = thread()
    expect(seqs(mergeMessages({ pages: [{ items: [] }], pageParams: [undefined] }, [make(1)]))).toEqual([1])
  })

  it('does not change what it was given', () => {
    const { data, make } = thread(1)
    const before = JSON.stringify(data)
    mergeMessages(data, [make(2)])
    expect(JSON.stringify(data)).toBe(before)
  })
})

describe('delivery states', () => {
  it.each([
    ['queued', 'sending', 'sending'],
    ['sending', 'sent', 'sent'],
    ['sent', 'sending', 'sent'],
    ['failed', 'queued', 'failed'],
    ['unknown', 'sent', 'sent'],
  ])('%s told "%s" is %s', (from, news, to) => {
    const { make } = thread()
    expect(withState(make(1, { direction: 'out', state: from }), news).state).toBe(to)
  })

  it('drops the reason of the failure when the message goes again', () => {
    const { make, data } = thread(1)
    const failed = mergeMessages(data, [
      make(2, { direction: 'out', state: 'unknown', error: { kind: 'limited', text: '429' } }),
    ])
    const sent = patchMessage(failed, 'm2', (message) => withState(message, 'sent'))
    expect(threadMessages(sent)[1]).not.toHaveProperty('error')
    expect(patchMessage(sent, 'nobody', (message) => message)).toBe(sent)
  })
})

describe('firstUnread', () => {
  const { make } = thread()
  const messages = [make(1), make(2, { direction: 'out' }), make(3), make(4)]
  it.each([
    [0, undefined],
    [1, 'm4'],
    [2, 'm3'],
    [3, 'm1'],
    [9, 'm1'],
  ])('%i unread begin at %s', (count, id) => {
    expect(firstUnread(messages, count)).toBe(id)
  })
})

describe('lastEditable', () => {
  it('is my last message with words that Telegram has', () => {
    const { make } = thread()
    const messages = [
      make(1, { direction: 'out' }),
      make(2, { direction: 'out', kind: 'sticker' }),
      make(3, { direction: 'out', author: { id: ids.colleague, name: 'T' } }),
      make(4, { direction: 'out', state: 'failed' }),
      make(5),
    ]
    expect(lastEditable(messages, ids.me, 'c')?.id).toBe('m1')
    expect(lastEditable(messages, ids.me, 'other')).toBeUndefined()
  })
})

describe('a contact edited by two', () => {
  const base: ContactValues = { name: 'Оксана', phone: '', email: '', language: 'uk', tags: ['a'], notes: '' }

  it('joins changes of different fields without asking', () => {
    const mine = { ...base, phone: '+380671234567' }
    const theirs = { ...base, tags: ['a', 'b'] }
    expect(changedFields(base, mine)).toEqual(['phone'])
    expect(conflictingFields(base, mine, theirs)).toEqual([])
    expect(combine(base, mine, theirs)).toEqual({ ...base, phone: '+380671234567', tags: ['a', 'b'] })
  })

  it('asks about what both changed, and keeps what is chosen', () => {
    const mine = { ...base, name: 'Оксана Бондар', notes: 'mine' }
    const theirs = { ...base, name: 'Oksana' }
    expect(conflictingFields(base, mine, theirs)).toEqual(['name'])
    expect(combine(base, mine, theirs).name).toBe('Оксана Бондар')
    expect(combine(base, mine, theirs, ['name'])).toMatchObject({ name: 'Oksana', notes: 'mine' })
  })

  it('sees no clash when both wrote the same', () => {
    const same = { ...base, name: 'Oksana' }
    expect(conflictingFields(base, same, { ...same })).toEqual([])
  })
})
