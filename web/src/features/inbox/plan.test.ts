import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '@/shared/api/events'
import { oncePerId, planOf } from './plan'

let seq = 0
function event(kind: string, data: Record<string, unknown> = {}, subject = 'c1'): DomainEvent {
  seq += 1
  return { seq, kind, subject_type: 'conversation', subject_id: subject, data, at: '' }
}

describe('planOf', () => {
  it('reads a conversation once for a burst of its messages', () => {
    const burst = [1, 2, 3].map((n) => event('message.received', { message_id: `m${n}`, seq: n }))
    const plan = planOf([...burst, event('conversation.changed', { change: 'read' })], 'me')
    expect([...plan.rows]).toEqual(['c1'])
    expect([...plan.grown]).toEqual(['c1'])
    expect(plan.messages).toEqual([])
    expect(plan.history.size).toBe(0)
  })

  it('reads the message again when an album grew or its file arrived', () => {
    const plan = planOf(
      [
        event('message.received', { message_id: 'm1', seq: 7, album_part: true }),
        event('media.ready', { message_id: 'm1' }),
        event('message.edited', { message_id: 'm2', seq: 3 }),
      ],
      'me',
    )
    expect(plan.grown.size).toBe(0)
    expect(plan.messages).toEqual([
      { conversation: 'c1', id: 'm1', seq: 7 },
      { conversation: 'c1', id: 'm2', seq: 3 },
    ])
  })

  it.each([
    ['one by one', { message_id: 'm1', state: 'sent' }],
    ['several together', { messages: [{ message_id: 'm1', state: 'sent' }] }],
  ])('takes states %s, without asking the server', (_name, data) => {
    const plan = planOf([event('message.state', data)], 'me')
    expect(plan.states).toEqual([{ conversation: 'c1', id: 'm1', state: 'sent' }])
    expect(plan.rows.size + plan.messages.length).toBe(0)
  })

  it('asks for the reason of a failure', () => {
    const plan = planOf([event('message.state', { messages: [{ message_id: 'm1', state: 'failed' }] })], 'me')
    expect([...plan.rows]).toEqual(['c1'])
    expect(plan.messages).toEqual([{ conversation: 'c1', id: 'm1', seq: 0 }])
  })

  it('hears only its own drafts', () => {
    expect(planOf([event('draft.changed', { user_id: 'you' })], 'me').drafts.size).toBe(0)
    expect(planOf([event('draft.changed', { user_id: 'me' })], 'me').drafts.size).toBe(1)
  })

  it.each(['', 'x', 3, null])('survives an event with the data %j', (messages) => {
    expect(planOf([event('message.state', { messages }), event('whatever.new')], 'me').states).toEqual([])
  })
})

describe('oncePerId', () => {
  it('runs once more when asked meanwhile, however often', async () => {
    const begun: string[] = []
    const ends: (() => void)[] = []
    const read = oncePerId((id) => {
      begun.push(id)
      return new Promise<void>((resolve) => ends.push(resolve))
    })
    read('a')
    read('a')
    read('a')
    read('b')
    expect(begun).toEqual(['a', 'b'])
    ends[0]?.()
    await Promise.resolve()
    await Promise.resolve()
    expect(begun).toEqual(['a', 'b', 'a'])
  })

  it('goes on after a failure', async () => {
    let runs = 0
    const read = oncePerId(() => {
      runs += 1
      return Promise.reject(new Error('down'))
    })
    read('a')
    await new Promise(setImmediate)
    read('a')
    expect(runs).toBe(2)
  })
})
