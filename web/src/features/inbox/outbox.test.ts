import { describe, expect, it } from 'vitest'
import { type OutboxItem, withoutEchoes } from './outbox'
import { FakeServer, ids } from './testing/fake'
import { plainText } from './thread/richText'

const fake = new FakeServer(Date.parse('2026-11-23T10:00:00Z'))
const conversation = fake.addConversation({ id: 'c' })

function item(text: string, change: Partial<OutboxItem> = {}): OutboxItem {
  return {
    key: text,
    conversationId: 'c',
    contactId: '',
    text,
    files: [],
    createdAt: '',
    phase: 'sending',
    ...change,
  }
}

describe('withoutEchoes', () => {
  const mine = (text: string) => fake.addMessage(conversation, { direction: 'out', text })

  it('leaves out one copy for each message on its way', () => {
    const told = [mine('yes'), mine('yes'), mine('5 &lt; 6')]
    const kept = withoutEchoes(told, [item('yes'), item('5 < 6')], ids.me, plainText)
    expect(kept).toEqual([told[1]])
  })

  it('keeps what customers and colleagues wrote', () => {
    const told = [
      fake.addMessage(conversation, { text: 'yes' }),
      fake.addMessage(conversation, {
        text: 'yes',
        direction: 'out',
        author: { id: ids.colleague, name: 'T' },
      }),
    ]
    expect(withoutEchoes(told, [item('yes')], ids.me, plainText)).toEqual(told)
  })

  it('keeps mine when nothing of it is on its way', () => {
    const told = [mine('yes')]
    for (const other of [
      item('yes', { phase: 'waiting' }),
      item('yes', { conversationId: 'd' }),
      item('no'),
    ]) {
      expect(withoutEchoes(told, [other], ids.me, plainText)).toEqual(told)
    }
  })
})
