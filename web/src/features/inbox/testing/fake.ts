import type { Attachment, Contact, Conversation, Draft, HistoryEntry, Message, Note } from '../types'
import { lines, people } from './people'

/** An answer of the imagined server. */
export interface FakeAnswer {
  status: number
  json?: unknown
}

export const ids = {
  workspace: '00000000-0000-7000-8000-000000000001',
  me: '00000000-0000-7000-8000-0000000000a1',
  colleague: '00000000-0000-7000-8000-0000000000a2',
  bot: '00000000-0000-7000-8000-0000000000b1',
  otherBot: '00000000-0000-7000-8000-0000000000b2',
}

const bots = [
  { id: ids.bot, name: 'Автосалон', username: 'salon_bot' },
  { id: ids.otherBot, name: 'Trade-in', username: 'tradein_bot' },
]

export const session = {
  user: {
    id: ids.me,
    name: 'Олена Мельник',
    email: 'olena@example.com',
    language: 'uk',
    is_super_admin: false,
    telegram_linked: true,
  },
  workspace: {
    id: ids.workspace,
    name: 'Авто Плюс',
    slug: 'auto-plus',
    color: '#0B6E6E',
    role: 'OWNER',
    permissions: ['ANSWER_CHATS', 'MANAGE_BOTS', 'MANAGE_SETTINGS'],
    timezone: 'Europe/Kyiv',
    language: 'uk',
    currency: 'USD',
    country: 'UA',
    hours: {},
    holidays: [],
  },
  companies: [],
  server: { version: 'dev', telegram_base_is_sandbox: true },
}

const members = [
  { id: ids.me, name: session.user.name },
  { id: ids.colleague, name: 'Тарас Гнатюк' },
]

const refused = (status: number, code: string, detail: string): FakeAnswer => ({
  status,
  json: { code, detail },
})

interface FakeMedia {
  id: string
  kind: string
  name: string
  mime: string
  size: number
  width: number
  height: number
  url: string
  thumb_url: string
}

type Handler = (match: RegExpMatchArray, body: Record<string, unknown>, query: URLSearchParams) => FakeAnswer

/** A server in memory that answers the inbox as the contract says. For tests and for looking at the page. */
export class FakeServer {
  readonly conversations: Conversation[] = []
  readonly messages: Message[] = []
  readonly contacts = new Map<string, Contact>()
  readonly notes = new Map<string, Note[]>()
  readonly history = new Map<string, HistoryEntry[]>()
  readonly drafts = new Map<string, Draft>()
  readonly canned: {
    id: string
    shortcut: string
    title: string
    text: Record<string, string>
    version: number
  }[] = []
  /** Requests as they came, for asserts: `POST /api/…`. */
  readonly seen: { call: string; body: Record<string, unknown>; key: string }[] = []
  /** Answers the next request whose call contains the word instead of the server. */
  readonly failures: { call: string; answer: FakeAnswer }[] = []
  onEvent: (event: {
    kind: string
    subject_type: string
    subject_id: string
    data: Record<string, unknown>
  }) => void = () => {}
  private readonly kept = new Map<string, FakeAnswer>()
  private readonly now: number
  private count = 0

  constructor(now: number) {
    this.now = now
  }

  private id(): string {
    this.count += 1
    return `0190${this.count.toString(16).padStart(4, '0')}-0000-7000-8000-000000000000`
  }

  /** An instant some minutes ago. */
  ago(minutes: number): string {
    return new Date(this.now - minutes * 60_000).toISOString()
  }

  addConversation(change: Partial<Conversation> & { name?: string; minutes?: number } = {}): Conversation {
    const { name = 'Оксана Бондар', minutes = 5, ...rest } = change
    const contactId = rest.contact?.id ?? this.id()
    const contact = { id: contactId, name, username: '', language: 'uk', phone: '', ...rest.contact }
    const bot = bots[0] ?? { id: '', name: '', username: '' }
    const conversation: Conversation = {
      id: this.id(),
      kind: 'private',
      title: name,
      bot,
      assignee: null,
      status: 'open',
      unread_count: 0,
      last_message: {
        text: '',
        kind: 'text',
        direction: 'in',
        at: this.ago(minutes),
        state: '',
        origin: 'channel',
      },
      blocked: false,
      version: 1,
      ...rest,
      contact,
    }
    this.conversations.push(conversation)
    if (!this.contacts.has(contactId)) {
      this.contacts.set(contactId, {
        id: contactId,
        name,
        phone: contact.phone ?? '',
        email: '',
        language: contact.language,
        tags: [],
        notes: '',
        identities: [{ channel: 'telegram', username: contact.username }],
        version: 1,
        created_at: this.ago(50_000),
      })
    }
    return conversation
  }

  addMessage(conversation: Conversation, change: Partial<Message> = {}, minutes = 5): Message {
    const seq =
      1 + Math.max(0, ...this.messages.filter((m) => m.conversation_id === conversation.id).map((m) => m.seq))
    const direction = change.direction ?? 'in'
    const message: Message = {
      id: this.id(),
      conversation_id: conversation.id,
      bot_id: conversation.bot.id,
      seq,
      direction,
      kind: 'text',
      text: 'Доброго дня!',
      attachments: [],
      reply_to: null,
      author: direction === 'out' ? { id: ids.me, name: session.user.name } : null,
      state: direction === 'out' ? 'sent' : '',
      error: null,
      sent_at: this.ago(minutes),
      edited_at: null,
      deleted_at: null,
      created_at: this.ago(minutes),
      ...change,
    }
    this.messages.push(message)
    conversation.last_message = {
      text: message.text.replace(/<[^>]*>/g, ''),
      kind: message.kind,
      direction: message.direction,
      at: message.created_at,
      state: message.state,
      author: message.author,
      origin: message.direction === 'in' ? 'channel' : message.author ? 'person' : 'greeting',
    }
    return message
  }

  attachment(change: Partial<Attachment>): Attachment {
    return {
      id: this.id(),
      kind: 'photo',
      state: 'ready',
      name: '',
      mime: 'image/svg+xml',
      size: 120_000,
      width: 1200,
      height: 800,
      duration: 0,
      url: '/api/media/x/car.svg',
      ...change,
    }
  }

  /** A believable morning. */
  fill(rows = 60): void {
    for (let index = 0; index < rows; index++) {
      const [name, username, phone, language] = people[index % people.length] ?? people[0]
      const conversation = this.addConversation({
        name: index < people.length ? name : `${name} ${Math.floor(index / people.length) + 1}`,
        contact: { id: this.id(), name, username, language, phone },
        bot: bots[index % 3 === 2 ? 1 : 0] ?? bots[0] ?? { id: '', name: '', username: '' },
        unread_count: index % 5 === 1 ? (index % 4) + 1 : 0,
        assignee: index % 3 === 0 ? (members[index % 2] ?? null) : null,
        blocked: index === 4,
        minutes: 3 + index * index * 7,
      })
      const isOurs = index % 2 === 1
      this.addMessage(
        conversation,
        {
          text: lines[index % lines.length] ?? '',
          direction: isOurs ? 'out' : 'in',
          state: isOurs ? (index === 3 ? 'failed' : index === 5 ? 'unknown' : 'sent') : '',
        },
        3 + index * index * 7,
      )
      if (index === 6 || index === 9) {
        this.addMessage(
          conversation,
          { kind: index === 6 ? 'photo' : 'voice', text: '' },
          3 + index * index * 7,
        )
      }
    }
  }

  private readonly routes: [method: string, path: RegExp, handle: Handler][] = [
    ['GET', /^\/api\/session$/, () => ok(session)],
    ['GET', /^\/api\/notifications/, () => ok({ items: [], unread_count: 0 })],
    ['GET', /^\/api\/bots$/, () => ok({ items: bots })],
    ['GET', /^\/api\/assignees$/, () => ok({ items: members })],
    [
      'GET',
      /^\/api\/canned-replies$/,
      (_, __, query) => {
        const from = Number(query.get('cursor') ?? 0)
        const next = from + Number(query.get('limit'))
        return ok({
          items: this.canned.slice(from, next),
          ...(next < this.canned.length ? { next: String(next) } : {}),
        })
      },
    ],
    ['POST', /^\/api\/client-errors$/, () => ({ status: 204 })],
    ['GET', /^\/api\/conversations$/, (_, __, query) => this.list(query)],
    ['GET', /^\/api\/conversations\/([^/]+)$/, (match) => this.one(match[1])],
    [
      'GET',
      /^\/api\/conversations\/([^/]+)\/messages$/,
      (match, _, query) => this.thread(match[1] ?? '', query),
    ],
    ['POST', /^\/api\/conversations\/([^/]+)\/messages$/, (match, body) => this.send(match[1] ?? '', body)],
    ['POST', /^\/api\/conversations\/([^/]+)\/read$/, (match) => this.change(match[1], { unread_count: 0 })],
    [
      'POST',
      /^\/api\/conversations\/([^/]+)\/unread$/,
      (match) => this.change(match[1], { unread_count: 1 }),
    ],
    [
      'POST',
      /^\/api\/conversations\/([^/]+)\/close$/,
      (match) => this.change(match[1], { status: 'closed' }),
    ],
    ['POST', /^\/api\/conversations\/([^/]+)\/reopen$/, (match) => this.change(match[1], { status: 'open' })],
    [
      'POST',
      /^\/api\/conversations\/([^/]+)\/assign$/,
      (match, body) =>
        this.change(match[1], { assignee: members.find((member) => member.id === body.user_id) ?? null }),
    ],
    [
      'GET',
      /^\/api\/conversations\/([^/]+)\/notes$/,
      (match) => ok({ items: this.notes.get(match[1] ?? '') ?? [] }),
    ],
    ['POST', /^\/api\/conversations\/([^/]+)\/notes$/, (match, body) => this.note(match[1] ?? '', body)],
    [
      'GET',
      /^\/api\/conversations\/([^/]+)\/history$/,
      (match) => ok({ items: this.history.get(match[1] ?? '') ?? [] }),
    ],
    [
      'GET',
      /^\/api\/conversations\/([^/]+)\/draft$/,
      (match) => ok(this.drafts.get(match[1] ?? '') ?? { text: '' }),
    ],
    ['PUT', /^\/api\/conversations\/([^/]+)\/draft$/, (match, body) => this.keepDraft(match[1] ?? '', body)],
    ['PATCH', /^\/api\/messages\/([^/]+)$/, (match, body) => this.edit(match[1] ?? '', String(body.text))],
    ['DELETE', /^\/api\/messages\/([^/]+)$/, () => ({ status: 204 })],
    ['POST', /^\/api\/messages\/([^/]+)\/(retry|resolve)$/, (match) => this.resend(match[1] ?? '')],
    ['GET', /^\/api\/contacts\/([^/]+)$/, (match) => found(this.contacts.get(match[1] ?? ''))],
    ['PATCH', /^\/api\/contacts\/([^/]+)$/, (match, body) => this.patchContact(match[1] ?? '', body)],
    [
      'GET',
      /^\/api\/contacts\/([^/]+)\/conversations$/,
      (match) => ok({ items: this.conversations.filter((one) => one.contact?.id === match[1]) }),
    ],
    ['GET', /^\/api\/contacts\/([^/]+)\/messages$/, (match) => this.timeline(match[1] ?? '')],
    [
      'GET',
      /^\/api\/contacts\/([^/]+)\/history$/,
      (match) => ok({ items: this.history.get(match[1] ?? '') ?? [] }),
    ],
    ['POST', /^\/api\/media$/, () => ok(this.media(), 201)],
  ]

  handle(method: string, url: string, body: Record<string, unknown> = {}, key = ''): FakeAnswer {
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    const call = `${method} ${pathname}`
    this.seen.push({ call, body, key })
    const failure = this.failures.findIndex((entry) => call.includes(entry.call))
    if (failure >= 0) return this.failures.splice(failure, 1)[0]?.answer ?? { status: 500 }
    const isCreate = method === 'POST' && key !== ''
    const before = isCreate ? this.kept.get(`${call} ${key}`) : undefined
    if (before) return before
    for (const [verb, path, handle] of this.routes) {
      const match = verb === method && pathname.match(path)
      if (!match) continue
      const answer = handle(match, body, searchParams)
      if (isCreate && answer.status < 500) this.kept.set(`${call} ${key}`, answer)
      return answer
    }
    return refused(404, '', `no ${call}`)
  }

  private find(id: string | undefined): Conversation | undefined {
    return this.conversations.find((one) => one.id === id)
  }

  private one(id: string | undefined): FakeAnswer {
    return found(this.find(id))
  }

  private list(query: URLSearchParams): FakeAnswer {
    const q = (query.get('q') ?? '').toLocaleLowerCase()
    const rows = this.conversations
      .filter((one) => one.status === (query.get('status') ?? 'open'))
      .filter((one) => !query.get('bot') || one.bot.id === query.get('bot'))
      .filter((one) => query.get('view') !== 'mine' || one.assignee?.id === ids.me)
      .filter((one) => query.get('view') !== 'unassigned' || !one.assignee)
      .filter((one) => query.get('unread') !== 'true' || one.unread_count > 0)
      .filter((one) => one.title.toLocaleLowerCase().includes(q))
      .sort((a, b) => (b.last_message?.at ?? '').localeCompare(a.last_message?.at ?? ''))
    const from = Number(query.get('cursor') ?? 0)
    const to = from + Number(query.get('limit') ?? 30)
    return ok({ items: rows.slice(from, to), ...(rows.length > to ? { next: String(to) } : {}) })
  }

  private thread(id: string, query: URLSearchParams): FakeAnswer {
    const all = this.messages.filter((one) => one.conversation_id === id).sort((a, b) => a.seq - b.seq)
    const limit = Number(query.get('limit') ?? 50)
    const after = Number(query.get('after') ?? 0)
    if (after > 0) return ok({ items: all.filter((one) => one.seq > after).slice(0, limit) })
    const before = Number(query.get('before') ?? 0) || Number.POSITIVE_INFINITY
    const older = all.filter((one) => one.seq < before)
    const items = older.slice(-limit)
    return ok({ items, ...(older.length > limit ? { next: String(items[0]?.seq) } : {}) })
  }

  private timeline(contactId: string): FakeAnswer {
    const own = new Set(
      this.conversations.filter((one) => one.contact?.id === contactId).map((one) => one.id),
    )
    const items = this.messages
      .filter((one) => own.has(one.conversation_id))
      .sort((a, b) => b.created_at.localeCompare(a.created_at))
    return ok({ items })
  }

  private send(id: string, body: Record<string, unknown>): FakeAnswer {
    const conversation = this.find(id)
    if (!conversation) return refused(404, '', 'conversation')
    if (conversation.blocked) return refused(409, 'blocked', 'This person blocked the bot.')
    const files = (body.attachments ?? []) as { media_id: string; kind: string }[]
    const message = this.addMessage(
      conversation,
      {
        direction: 'out',
        text: String(body.text ?? ''),
        kind: files.length > 1 ? 'album' : (files[0]?.kind ?? 'text'),
        attachments: files.map((file) => this.attachment({ kind: file.kind })),
        state: 'queued',
      },
      0,
    )
    this.drafts.delete(id)
    this.onEvent({
      kind: 'message.sent',
      subject_type: 'conversation',
      subject_id: id,
      data: { message_id: message.id, seq: message.seq },
    })
    return ok(message, 201)
  }

  private edit(id: string, text: string): FakeAnswer {
    const message = this.messages.find((one) => one.id === id)
    if (!message) return refused(404, '', 'message')
    Object.assign(message, { text, edited_at: this.ago(0) })
    return ok({ ...message })
  }

  private resend(id: string): FakeAnswer {
    const message = this.messages.find((one) => one.id === id)
    if (message) Object.assign(message, { state: 'queued', error: null })
    return found(message && { ...message })
  }

  private change(id: string | undefined, change: Partial<Conversation>): FakeAnswer {
    const conversation = this.find(id)
    if (conversation) Object.assign(conversation, change, { version: conversation.version + 1 })
    return found(conversation && { ...conversation })
  }

  private note(id: string, body: Record<string, unknown>): FakeAnswer {
    const note: Note = {
      id: this.id(),
      text: String(body.text),
      author: { id: ids.me, name: session.user.name },
      created_at: this.ago(0),
    }
    this.notes.set(id, [note, ...(this.notes.get(id) ?? [])])
    return ok(note, 201)
  }

  private keepDraft(id: string, body: Record<string, unknown>): FakeAnswer {
    const draft: Draft = {
      text: String(body.text ?? ''),
      reply_to_id: (body.reply_to_id as string | null) ?? null,
    }
    this.drafts.set(id, draft)
    return ok(draft)
  }

  private patchContact(id: string, body: Record<string, unknown>): FakeAnswer {
    const contact = this.contacts.get(id)
    if (!contact) return refused(404, '', 'contact')
    const next = { ...contact, ...body, version: contact.version + 1 }
    this.contacts.set(id, next)
    return ok(next)
  }

  private media(): FakeMedia {
    const id = this.id()
    const url = '/api/media/x/car.svg'
    return {
      id,
      kind: 'photo',
      name: 'car.svg',
      mime: 'image/svg+xml',
      size: 12_000,
      width: 1200,
      height: 800,
      url,
      thumb_url: '',
    }
  }
}

function ok(json: unknown, status = 200): FakeAnswer {
  return { status, json }
}

function found(json: unknown): FakeAnswer {
  return json ? ok(json) : refused(404, '', 'not found')
}
