import { dayKey } from '@/shared/time/format'
import { timeOf } from '../model'
import type { Message } from '../types'

export type Row =
  | { type: 'day'; key: string; at: string }
  | { type: 'unread'; key: string }
  /** In the timeline of a contact: from here on another bot speaks. */
  | { type: 'bot'; key: string; botId: string }
  | { type: 'message'; key: string; message: Message; isFirst: boolean; isLast: boolean }

// After this silence the same person starts a new group.
const groupGapMs = 5 * 60_000

function speaker(message: Message): string {
  if (message.kind === 'service' || message.kind === 'callback') return `alone ${message.id}`
  return `${message.conversation_id} ${message.direction} ${message.author?.id ?? ''}`
}

function isOneGroup(a: Message | undefined, b: Message, zone: string): boolean {
  return (
    a !== undefined &&
    speaker(a) === speaker(b) &&
    Math.abs(Date.parse(timeOf(b)) - Date.parse(timeOf(a))) <= groupGapMs &&
    dayKey(new Date(timeOf(a)), zone) === dayKey(new Date(timeOf(b)), zone)
  )
}

/** Neighbours with one album id become one message with all their files; its words are the first that are there. */
export function joinAlbums(messages: readonly Message[]): Message[] {
  const out: Message[] = []
  for (const message of messages) {
    const last = out.at(-1)
    const isPart =
      last?.album_id &&
      last.album_id === message.album_id &&
      last.conversation_id === message.conversation_id &&
      last.direction === message.direction
    if (last && isPart) {
      out[out.length - 1] = {
        ...last,
        text: last.text || message.text,
        attachments: [...last.attachments, ...message.attachments],
      }
    } else {
      out.push(message)
    }
  }
  return out
}

/** What the thread shows, from top to bottom. */
export function rowsOf(
  messages: readonly Message[],
  options: { zone: string; unreadFrom?: string | undefined; showBots?: boolean },
): Row[] {
  const rows: Row[] = []
  const joined = joinAlbums(messages)
  let day = ''
  let bot = ''
  let isBroken = true
  for (const [index, message] of joined.entries()) {
    const today = dayKey(new Date(timeOf(message)), options.zone)
    if (today !== day) {
      day = today
      rows.push({ type: 'day', key: `day ${today} ${message.id}`, at: timeOf(message) })
    }
    if (options.showBots && message.bot_id !== bot) {
      bot = message.bot_id
      rows.push({ type: 'bot', key: `bot ${message.id}`, botId: message.bot_id })
      isBroken = true
    }
    if (message.id === options.unreadFrom) {
      rows.push({ type: 'unread', key: 'unread' })
      isBroken = true
    }
    const previous = isBroken ? undefined : joined[index - 1]
    const next = joined[index + 1]
    rows.push({
      type: 'message',
      key: message.id,
      message,
      isFirst: !isOneGroup(previous, message, options.zone),
      isLast: !next || next.id === options.unreadFrom || !isOneGroup(message, next, options.zone),
    })
    isBroken = false
  }
  return rows
}
