import { describe, expect, it } from 'vitest'
import { StreamReader } from './sse'

const stream =
  ': ping\n\nid: 7\nevent: message.received\ndata: {"seq":7}\n\ndata: a\ndata: b\n\nevent: empty\n\n'
const messages = [
  { id: '7', event: 'message.received', data: '{"seq":7}' },
  { id: '7', event: 'message', data: 'a\nb' },
]

describe('the event stream', () => {
  it('is read whole', () => {
    expect(new StreamReader().feed(stream)).toEqual(messages)
  })

  it.each([1, 2, 3, 5, 8])('is read in slices of %i', (size) => {
    const reader = new StreamReader()
    const out = []
    for (let at = 0; at < stream.length; at += size) out.push(...reader.feed(stream.slice(at, at + size)))
    expect(out).toEqual(messages)
  })

  it('takes CRLF, also when a slice ends between its halves', () => {
    const reader = new StreamReader()
    expect(reader.feed('id: 1\r')).toEqual([])
    expect(reader.feed('\ndata: x\r\n\r')).toEqual([])
    expect(reader.feed('\n: next')).toEqual([{ id: '1', event: 'message', data: 'x' }])
  })

  it('keeps an unfinished message until it ends', () => {
    const reader = new StreamReader()
    expect(reader.feed('data: half')).toEqual([])
    expect(reader.feed('\n\n')).toEqual([{ id: '', event: 'message', data: 'half' }])
  })
})
