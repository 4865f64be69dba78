import { describe, expect, it, vi } from 'vitest'
import { type DomainEvent, EventHub, matches, toEvent } from './events'

function event(seq: number, kind = 'message.received'): DomainEvent {
  return { seq, kind, subject_type: 'conversation', subject_id: 'c1', data: {}, at: '2026-11-23T10:00:00Z' }
}

/** A hub whose frames the test draws itself. */
function hubWithFrames() {
  let flush: (() => void) | undefined
  const hub = new EventHub((run) => {
    flush = run
  })
  const frame = () => {
    const run = flush
    flush = undefined
    run?.()
  }
  return { hub, frame }
}

describe('the hub', () => {
  it('hands the changes of one frame over together', () => {
    const { hub, frame } = hubWithFrames()
    const handle = vi.fn()
    hub.subscribe('message.*', handle)
    hub.push(event(1))
    hub.push(event(2, 'message.state'))
    hub.push(event(3, 'bot.changed'))
    expect(handle).not.toHaveBeenCalled()
    frame()
    expect(handle.mock.calls).toEqual([[[event(1), event(2, 'message.state')]]])
  })

  it('drops what a reconnect repeats', () => {
    const { hub, frame } = hubWithFrames()
    const seen: number[] = []
    hub.subscribe('*', (events) => seen.push(...events.map((e) => e.seq)))
    for (const seq of [5, 6, 5, 6, 7]) hub.push(event(seq))
    frame()
    expect(seen).toEqual([5, 6, 7])
    expect(hub.seen).toBe(7)
  })

  it('forgets what it has after a reset, and takes lower numbers again', () => {
    const { hub, frame } = hubWithFrames()
    const reset = vi.fn()
    const handle = vi.fn()
    hub.onReset(reset)
    hub.subscribe('*', handle)
    hub.push(event(90))
    hub.reset(2)
    frame()
    expect(reset).toHaveBeenCalledOnce()
    expect(handle).not.toHaveBeenCalled()
    hub.push(event(3))
    frame()
    expect(handle).toHaveBeenCalledWith([event(3)])
  })

  it('stops telling who stopped listening', () => {
    const { hub, frame } = hubWithFrames()
    const handle = vi.fn()
    const stop = hub.subscribe('*', handle)
    stop()
    hub.push(event(1))
    frame()
    expect(handle).not.toHaveBeenCalled()
  })
})

describe('a pattern', () => {
  it.each([
    ['*', 'note.added', true],
    ['message.*', 'message.state', true],
    ['message.*', 'messages.state', false],
    ['message.state', 'message.state', true],
    ['message.state', 'message.sent', false],
  ])('%s for %s: %s', (pattern, kind, expected) => {
    expect(matches(pattern, kind)).toBe(expected)
  })
})

describe('a pushed message', () => {
  it('that cannot be read is no change', () => {
    expect(toEvent({ id: '1', event: 'x', data: 'not json' })).toBeUndefined()
    expect(toEvent({ id: '1', event: 'x', data: '{"kind":"x"}' })).toBeUndefined()
  })

  it('may leave out what it does not need', () => {
    expect(toEvent({ id: '1', event: 'x', data: '{"seq":1,"kind":"bot.changed"}' })).toEqual({
      seq: 1,
      kind: 'bot.changed',
      subject_type: '',
      subject_id: '',
      data: {},
      at: '',
    })
  })
})
