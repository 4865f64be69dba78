import type { Diagnosis } from './types'

export type Mark = 'ok' | 'warn' | 'fail' | 'none'

/** One readable line of the diagnosis: a key under `line.` in the texts with what goes into it. */
export interface Line {
  key: string
  mark: Mark
  params: Record<string, string | number>
  /** A moment to show after the words. */
  at?: string
  /** What somebody else said, as it was said. */
  quote?: string
}

// A queue whose oldest message waits longer than this is not just busy.
const slowMs = 60_000
// Telegram holds a few updates in the ordinary course of things.
const usualPending = 20

function line(
  key: string,
  mark: Mark,
  params: Record<string, string | number> = {},
  more: { at?: string | null | undefined; quote?: string | undefined } = {},
): Line {
  return {
    key,
    mark,
    params,
    ...(more.at ? { at: more.at } : {}),
    ...(more.quote ? { quote: more.quote } : {}),
  }
}

function account(d: Diagnosis): Line {
  if (d.telegram) {
    return line('account.known', 'ok', { name: d.telegram.name, username: d.telegram.username })
  }
  for (const code of ['token_unreadable', 'token_refused'] as const) {
    if (d.problems.includes(code)) return line(`account.${code}`, 'fail', {}, { quote: d.telegram_error })
  }
  return line('account.unreachable', 'fail', {}, { quote: d.telegram_error })
}

function delivery(d: Diagnosis): Line {
  const { webhook, bot } = d
  if (!webhook) return line('delivery.unknown', 'none')
  const host = webhook.host
  if (bot.mode === 'polling') {
    return host ? line('delivery.blocked', 'fail', { host }) : line('delivery.polling', 'ok')
  }
  if (!host) return line('delivery.missing', bot.is_enabled ? 'fail' : 'none')
  return webhook.ours ? line('delivery.ours', 'ok', { host }) : line('delivery.elsewhere', 'fail', { host })
}

function trouble(d: Diagnosis): Line {
  const { bot, webhook } = d
  if (bot.last_error) return line('error.ours', 'fail', {}, { at: bot.last_error_at, quote: bot.last_error })
  if (webhook?.last_error) {
    const isRecent = d.problems.includes('webhook_errors')
    return line(
      'error.webhook',
      isRecent ? 'warn' : 'none',
      {},
      {
        at: webhook.last_error_at,
        quote: webhook.last_error,
      },
    )
  }
  return line('error.none', 'ok')
}

function queue(d: Diagnosis, now: number): Line {
  const count = d.deliveries.queued + d.deliveries.sending
  if (count === 0) return line('queue.empty', 'ok')
  const oldest = d.deliveries.oldest_at
  const isSlow = oldest !== null && now - Date.parse(oldest) > slowMs
  return line('queue.waiting', isSlow ? 'warn' : 'ok', { count }, { at: oldest })
}

/** What the server found, in the order in which a person would look. */
export function linesOf(d: Diagnosis, now: number): Line[] {
  const lines: Line[] = []
  if (d.problems.includes('company_inactive')) lines.push(line('company', 'fail'))
  if (!d.bot.is_enabled) lines.push(line('disabled', 'warn'))
  lines.push(account(d), delivery(d))
  const missing = d.webhook?.missing_updates ?? []
  if (missing.length > 0)
    lines.push(line('missing', 'warn', { count: missing.length }, { quote: missing.join(', ') }))
  lines.push(
    d.bot.last_update_at
      ? line('update.last', 'ok', {}, { at: d.bot.last_update_at })
      : line('update.never', 'none'),
    trouble(d),
  )
  if (d.webhook) {
    const count = d.webhook.pending_update_count
    lines.push(
      count === 0
        ? line('pending.none', 'ok')
        : line('pending.some', count > usualPending ? 'warn' : 'ok', { count }),
    )
  }
  lines.push(queue(d, now))
  lines.push(
    d.failed_updates > 0
      ? line('failed.some', 'warn', { count: d.failed_updates })
      : line('failed.none', 'ok'),
  )
  if (d.telegram && !d.telegram.can_read_all_group_messages) lines.push(line('privacy', 'none'))
  return lines
}

export function worst(lines: readonly Line[]): Exclude<Mark, 'none'> {
  for (const mark of ['fail', 'warn'] as const) {
    if (lines.some((entry) => entry.mark === mark)) return mark
  }
  return 'ok'
}
