import { describe, expect, it } from 'vitest'
import { linesOf, worst } from './diagnosis'
import en from './locales/en.json'
import type { Bot, Diagnosis } from './types'

const now = Date.parse('2026-11-23T10:00:00Z')

const bot: Bot = {
  id: 'b1',
  name: 'Sales',
  username: 'kyiv_sales_bot',
  link: 'https://t.me/kyiv_sales_bot',
  mode: 'webhook',
  is_enabled: true,
  greeting: {},
  greeting_on: false,
  away: {},
  away_on: false,
  last_update_at: '2026-11-23T09:58:00Z',
  last_error: '',
  last_error_at: null,
  version: 1,
  created_at: '2026-11-01T10:00:00Z',
  updated_at: '2026-11-01T10:00:00Z',
}

const webhook = {
  host: 'cartie.test',
  ours: true,
  pending_update_count: 0,
  last_error: '',
  last_error_at: null,
  max_connections: 40,
  ip_address: '',
  missing_updates: [],
}

const healthy: Diagnosis = {
  bot,
  problems: [],
  telegram: {
    name: 'Sales',
    username: 'kyiv_sales_bot',
    can_join_groups: true,
    can_read_all_group_messages: true,
  },
  telegram_error: '',
  webhook,
  deliveries: { queued: 0, sending: 0, oldest_at: null },
  failed_updates: 0,
}

const marks = (d: Diagnosis) => Object.fromEntries(linesOf(d, now).map(({ key, mark }) => [key, mark]))

const sick: [string, Diagnosis, string, string][] = [
  [
    'refused token',
    { ...healthy, telegram: undefined as never, problems: ['token_refused'] },
    'account.token_refused',
    'fail',
  ],
  [
    'no answer',
    { ...healthy, telegram: undefined as never, problems: ['telegram_unreachable'] },
    'account.unreachable',
    'fail',
  ],
  ['no webhook', { ...healthy, webhook: { ...webhook, host: '', ours: false } }, 'delivery.missing', 'fail'],
  ['another webhook', { ...healthy, webhook: { ...webhook, ours: false } }, 'delivery.elsewhere', 'fail'],
  ['a webhook against polling', { ...healthy, bot: { ...bot, mode: 'polling' } }, 'delivery.blocked', 'fail'],
  ['switched off', { ...healthy, bot: { ...bot, is_enabled: false } }, 'disabled', 'warn'],
  ['kinds not sent', { ...healthy, webhook: { ...webhook, missing_updates: ['poll'] } }, 'missing', 'warn'],
  [
    'fresh webhook error',
    { ...healthy, problems: ['webhook_errors'], webhook: { ...webhook, last_error: 'timeout' } },
    'error.webhook',
    'warn',
  ],
  [
    'old webhook error',
    { ...healthy, webhook: { ...webhook, last_error: 'timeout' } },
    'error.webhook',
    'none',
  ],
  ['our own error', { ...healthy, bot: { ...bot, last_error: 'refused' } }, 'error.ours', 'fail'],
  [
    'a long backlog',
    { ...healthy, webhook: { ...webhook, pending_update_count: 500 } },
    'pending.some',
    'warn',
  ],
  [
    'an ordinary backlog',
    { ...healthy, webhook: { ...webhook, pending_update_count: 3 } },
    'pending.some',
    'ok',
  ],
  [
    'a stuck queue',
    { ...healthy, deliveries: { queued: 2, sending: 1, oldest_at: '2026-11-23T09:50:00Z' } },
    'queue.waiting',
    'warn',
  ],
  [
    'a busy queue',
    { ...healthy, deliveries: { queued: 2, sending: 1, oldest_at: '2026-11-23T09:59:55Z' } },
    'queue.waiting',
    'ok',
  ],
  ['failed updates', { ...healthy, failed_updates: 4 }, 'failed.some', 'warn'],
  ['never heard', { ...healthy, bot: { ...bot, last_update_at: null } }, 'update.never', 'none'],
]

describe('a diagnosis', () => {
  it('of a healthy bot is all green', () => {
    expect(worst(linesOf(healthy, now))).toBe('ok')
    expect(linesOf(healthy, now).every(({ mark }) => mark === 'ok')).toBe(true)
  })

  it.each(sick)('%s', (_, diagnosis, key, mark) => {
    expect(marks(diagnosis)[key]).toBe(mark)
  })

  it('has words for every line', () => {
    const flat = (value: object, prefix = ''): string[] =>
      Object.entries(value).flatMap(([key, inner]) =>
        typeof inner === 'object'
          ? flat(inner, `${prefix}${key}.`)
          : [`${prefix}${key}`.replace(/_(one|other)$/, '')],
      )
    const known = new Set(flat(en.line))
    for (const [, diagnosis] of sick) {
      for (const { key } of linesOf(diagnosis, now)) expect(known.has(key), key).toBe(true)
    }
  })
})
