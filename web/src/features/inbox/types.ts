/**
 * The wire as this feature reads it. Each shape is wider than the generated one, so that api.ts fails to
 * compile when the server drops something, and lives when it adds a word to a list.
 */
export interface Ref {
  id: string
  name: string
}

export interface LastMessage {
  text: string
  kind: string
  direction: string
  at: string
  state: string
  /** The member who wrote it. */
  author?: Ref | null | undefined
  /** channel, person, or what in the program wrote it. */
  origin: string
}

export interface ConversationContact {
  id: string
  name: string
  username: string
  language: string
  phone?: string | undefined
}

export interface BotRef {
  id: string
  name: string
  username: string
}

export interface Conversation {
  id: string
  /** private, group, supergroup or channel. */
  kind: string
  title: string
  contact?: ConversationContact | null | undefined
  bot: BotRef
  assignee?: Ref | null | undefined
  status: string
  unread_count: number
  last_message?: LastMessage | null | undefined
  blocked: boolean
  version: number
}

export type AttachmentState = 'pending' | 'ready' | 'failed' | 'too_large'

export interface Attachment {
  id: string
  kind: string
  state: string
  name: string
  mime: string
  /** Bytes, 0 when unknown. */
  size: number
  width: number
  height: number
  /** Seconds. */
  duration: number
  url?: string | null | undefined
  thumb_url?: string | null | undefined
  error?: string | null | undefined
}

export interface MessageButton {
  text: string
  url?: string | undefined
  data?: string | undefined
}

export interface ReplyTo {
  id: string
  text: string
  author: string
  kind?: string | undefined
}

export interface Message {
  id: string
  conversation_id: string
  /** Order within the conversation. */
  seq: number
  direction: string
  kind: string
  /** Telegram HTML. */
  text: string
  attachments: readonly Attachment[]
  contact_card?: { name: string; phone: string } | null | undefined
  location?: { lat: number; lon: number; title?: string | undefined } | null | undefined
  callback?: { label: string; data?: string | undefined } | null | undefined
  /** What happened in the chat, of a service message. */
  service?: string | undefined
  buttons?: readonly (readonly MessageButton[])[] | null | undefined
  reply_to?: ReplyTo | null | undefined
  /** Kept beside the message that has its number. */
  conflict?: boolean | undefined
  album_id?: string | null | undefined
  author?: Ref | null | undefined
  state: string
  error?: { kind: string; text: string } | null | undefined
  edited_at?: string | null | undefined
  deleted_at?: string | null | undefined
  /** When the channel says it was written; `created_at` is when we learned of it. */
  sent_at?: string | null | undefined
  created_at: string
  bot_id: string
}

export interface Identity {
  channel: string
  username: string
}

export interface Contact {
  id: string
  name: string
  phone: string
  email: string
  language: string
  identities?: readonly Identity[] | undefined
  tags: readonly string[]
  notes: string
  version: number
  created_at: string
}

export interface Note {
  id: string
  text: string
  author: Ref
  created_at: string
}

export interface HistoryEntry {
  seq: number
  kind: string
  at: string
  actor?: Ref | null | undefined
  /** Name of whom the conversation was given to. */
  assignee?: string | undefined
  /** What the event said: see historyKey. */
  data?: unknown
}

export type Texts = Record<'en' | 'uk' | 'ru', string>

export interface CannedReply {
  id: string
  shortcut: string
  title: string
  text: Partial<Texts>
  version: number
}

export interface Draft {
  text: string
  reply_to_id?: string | null | undefined
}

export interface Media {
  id: string
  kind: string
  name: string
  mime: string
  size: number
  width: number
  height: number
  url: string
  thumb_url?: string | null | undefined
}

export interface Page<T> {
  items: readonly T[]
  next?: string | undefined
}

export type View = 'all' | 'mine' | 'unassigned'

export interface Filter {
  view: View
  /** Empty: all bots. */
  bot: string
  status: 'open' | 'closed'
  unread: boolean
  q: string
}
