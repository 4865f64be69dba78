import type { Message } from './types'

// More than a busy minute brings; the oldest are forgotten first.
const most = 500

// Messages of which the stream told something before they were on the page.
const early = new Set<string>()

export function noteEarly(id: string): void {
  early.delete(id)
  early.add(id)
  const [oldest] = early
  if (early.size > most && oldest !== undefined) early.delete(oldest)
}

/** Those of the messages that are already out of date; they are forgotten here. */
export function takeEarly(messages: readonly Message[]): Message[] {
  return messages.filter((message) => early.delete(message.id))
}
