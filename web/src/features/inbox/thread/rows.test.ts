import { describe, expect, it } from 'vitest'
import { FakeServer, ids } from '../testing/fake'
import type { Message } from '../types'
import { joinAlbums, rowsOf } from './rows'

const fake = new FakeServer(Date.parse('2026-11-23T10:00:00Z'))
const conversation = fake.addConversation({ id: 'c' })

function said(at: string, change: Partial<Message> = {}): Message {
  return fake.addMessage(conversation, { sent_at: at, created_at: at, ...change })
}

const shape = (messages: Message[], unreadFrom?: string, zone = 'Europe/Kyiv') =>
  rowsOf(messages, { zone, unreadFrom }).map((row) =>
    row.type === 'message' ? `${row.isFirst ? '[' : ' '}m${row.isLast ? ']' : ' '}` : row.type,
  )

describe('rowsOf', () => {
  it('groups what one side says within five minutes', () => {
    const messages = [
      said('2026-11-23T08:00:00Z'),
      said('2026-11-23T08:04:00Z'),
      said('2026-11-23T08:10:00Z'),
      said('2026-11-23T08:10:30Z', { direction: 'out' }),
    ]
    expect(shape(messages)).toEqual(['day', '[m ', ' m]', '[m]', '[m]'])
  })

  it('divides days as the clock of the company does', () => {
    // 21:59 and 22:01 UTC: before and after midnight in Kyiv, one evening in London.
    const messages = [said('2026-11-22T21:59:00Z'), said('2026-11-22T22:01:00Z')]
    expect(shape(messages)).toEqual(['day', '[m]', 'day', '[m]'])
    expect(shape(messages, undefined, 'Europe/London')).toEqual(['day', '[m ', ' m]'])
  })

  it('breaks a group at the line of the unread', () => {
    const messages = [said('2026-11-23T08:00:00Z'), said('2026-11-23T08:01:00Z')]
    expect(shape(messages, messages[1]?.id)).toEqual(['day', '[m]', 'unread', '[m]'])
  })

  it('names the bot where it changes, in a timeline', () => {
    const messages = [said('2026-11-23T08:00:00Z'), said('2026-11-23T08:01:00Z', { bot_id: ids.otherBot })]
    const rows = rowsOf(messages, { zone: 'Europe/Kyiv', showBots: true })
    expect(rows.map((row) => row.type)).toEqual(['day', 'bot', 'message', 'bot', 'message'])
  })

  it('gives each row its own key', () => {
    const messages = [1, 2, 3].map((n) => said(`2026-11-2${n}T08:00:00Z`))
    const keys = rowsOf(messages, { zone: 'Europe/Kyiv' }).map((row) => row.key)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('joinAlbums', () => {
  it('makes one message of the parts of an album', () => {
    const part = (text: string, album_id: string | null) =>
      said('2026-11-23T08:00:00Z', { kind: 'photo', text, album_id, attachments: [fake.attachment({})] })
    const joined = joinAlbums([
      part('', 'a'),
      part('words', 'a'),
      part('', 'b'),
      part('', null),
      part('', null),
    ])
    expect(joined.map((message) => [message.attachments.length, message.text])).toEqual([
      [2, 'words'],
      [1, ''],
      [1, ''],
      [1, ''],
    ])
  })
})
