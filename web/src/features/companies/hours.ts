import type { Holiday } from './types'

/** Monday first, as people here read a week. */
export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof days)[number]
export const workdays: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri']

/** `HH:MM`; `24:00` is the end of the day. */
export type Interval = readonly [from: string, to: string]
export type Week = Readonly<Record<Day, readonly Interval[]>>

/** The server's own bound, intervals a day. */
export const mostIntervals = 6

const usual: Interval = ['09:00', '18:00']

export function toWeek(hours: Readonly<Record<string, readonly (readonly string[])[]>>): Week {
  const week = {} as Record<Day, Interval[]>
  for (const day of days) {
    week[day] = (hours[day] ?? []).map(([from = '', to = '']): Interval => [from, to])
  }
  return week
}

export function toHours(week: Week): Record<string, string[][]> {
  return Object.fromEntries(days.map((day) => [day, week[day].map(([from, to]) => [from, to])]))
}

/** Minutes of the day; undefined for what is no time. */
export function minutes(time: string): number | undefined {
  const parts = /^(\d\d):(\d\d)$/.exec(time)
  if (!parts) return undefined
  const total = Number(parts[1]) * 60 + Number(parts[2])
  return Number(parts[2]) < 60 && total <= 24 * 60 ? total : undefined
}

function clock(total: number): string {
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`
}

/**
 * Reads what a person types for a time: `9`, `9:30`, `930`, `09.30`, `24`. Undefined for what is none.
 */
export function readTime(text: string): string | undefined {
  const parts = /^(\d{1,2})(?:[:.\s]?(\d{2}))?$/.exec(text.trim())
  if (!parts) return undefined
  const time = `${(parts[1] ?? '').padStart(2, '0')}:${parts[2] ?? '00'}`
  return minutes(time) === undefined ? undefined : time
}

/** Opens a closed day as usual, or adds an interval after the last one, as long as the day has room. */
export function addInterval(list: readonly Interval[]): readonly Interval[] {
  const last = list.at(-1)
  if (!last) return [usual]
  const end = minutes(last[1])
  if (end === undefined || end >= 24 * 60 - 30 || list.length >= mostIntervals) return list
  const from = Math.min(end + 60, 24 * 60 - 30)
  return [...list, [clock(from), clock(Math.min(from + 240, 24 * 60))]]
}

export function canAdd(list: readonly Interval[]): boolean {
  return addInterval(list) !== list
}

export function removeInterval(list: readonly Interval[], index: number): readonly Interval[] {
  return list.filter((_, at) => at !== index)
}

export function setTime(
  list: readonly Interval[],
  index: number,
  end: 0 | 1,
  time: string,
): readonly Interval[] {
  return list.map((interval, at): Interval => {
    if (at !== index) return interval
    return end === 0 ? [time, interval[1]] : [interval[0], time]
  })
}

/** The same hours on the other working days. */
export function copyToWorkdays(week: Week, from: Day): Week {
  return copyTo(week, from, workdays)
}

export function copyToAll(week: Week, from: Day): Week {
  return copyTo(week, from, days)
}

function copyTo(week: Week, from: Day, to: readonly Day[]): Week {
  const next = { ...week } as Record<Day, readonly Interval[]>
  for (const day of to) next[day] = week[from]
  return next
}

/** The server reads a week without a single interval as "always open". */
export function isAlwaysOpen(week: Week): boolean {
  return days.every((day) => week[day].length === 0)
}

export type HoursProblem = 'invalid' | 'empty' | 'midnight' | 'overlap'

/** What is wrong with a day, by the server's own rules, and at which interval. */
export function dayProblem(list: readonly Interval[]): { problem: HoursProblem; index: number } | undefined {
  let before = -1
  for (const [index, [fromText, toText]] of list.entries()) {
    const from = minutes(fromText)
    const to = minutes(toText)
    if (from === undefined || to === undefined) return { problem: 'invalid', index }
    if (from === to) return { problem: 'empty', index }
    if (from > to) return { problem: 'midnight', index }
    if (from < before) return { problem: 'overlap', index }
    before = to
  }
  return undefined
}

export function isWeekRight(week: Week): boolean {
  return days.every((day) => !dayProblem(week[day]))
}

/** Minutes a week that the company is open. */
export function openMinutes(week: Week): number {
  let total = 0
  for (const day of days) {
    for (const [from, to] of week[day]) total += Math.max(0, (minutes(to) ?? 0) - (minutes(from) ?? 0))
  }
  return total
}

export type HolidayProblem = 'date' | 'twice'

export function holidayProblem(list: readonly Holiday[], index: number): HolidayProblem | undefined {
  const date = list[index]?.date ?? ''
  if (!isDate(date)) return 'date'
  return list.findIndex((other) => other.date === date) === index ? undefined : 'twice'
}

export function areHolidaysRight(list: readonly Holiday[]): boolean {
  return list.every((_, index) => !holidayProblem(list, index))
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** In the order of the calendar; what has no date yet stands last. */
export function sortHolidays(list: readonly Holiday[]): Holiday[] {
  return [...list].sort((a, b) => (a.date || '9999').localeCompare(b.date || '9999'))
}

/** The first day from `today` on (`2026-11-23`) that is not listed yet: where a new row begins. */
export function nextFreeDay(list: readonly Holiday[], today: string): string {
  const taken = new Set(list.map((holiday) => holiday.date))
  const at = new Date(`${today}T12:00:00Z`)
  do at.setUTCDate(at.getUTCDate() + 1)
  while (taken.has(at.toISOString().slice(0, 10)))
  return at.toISOString().slice(0, 10)
}
