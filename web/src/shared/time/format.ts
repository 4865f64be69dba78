/** Formatting is pure: the language, the zone and the present moment are arguments. */
export interface Place {
  /** BCP 47, see `localeOf`. */
  locale: string
  /** IANA name of the company's zone: people of one company read the same clock. */
  zone: string
}

const locales: Record<string, string> = { en: 'en-GB', uk: 'uk-UA', ru: 'ru-UA' }

export function localeOf(language: string): string {
  return locales[language] ?? 'en-GB'
}

// Intl formatters cost about 50 µs to make and a list needs hundreds.
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(place: Place, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${place.locale} ${place.zone} ${JSON.stringify(options)}`
  let made = formatters.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(place.locale, { ...options, timeZone: place.zone })
    formatters.set(key, made)
  }
  return made
}

/** `2026-11-23` in the zone: the same for two instants exactly when they are on one calendar day. */
export function dayKey(instant: Date, zone: string): string {
  return formatter({ locale: 'sv-SE', zone }, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    instant,
  )
}

/** Whole calendar days from `earlier` to `later` in the zone, whatever the clock change between them. */
export function daysBetween(earlier: Date, later: Date, zone: string): number {
  const start = Date.parse(`${dayKey(earlier, zone)}T00:00:00Z`)
  const end = Date.parse(`${dayKey(later, zone)}T00:00:00Z`)
  return Math.round((end - start) / 86_400_000)
}

/** 14:05 */
export function clockTime(instant: Date, place: Place): string {
  return formatter(place, { hour: '2-digit', minute: '2-digit', hour12: false }).format(instant)
}

/** 23 November 2026, 14:05 */
export function fullTime(instant: Date, place: Place): string {
  return formatter(place, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(instant)
}

/** 23 Nov 2026 */
export function shortDate(instant: Date, place: Place): string {
  return formatter(place, { day: 'numeric', month: 'short', year: 'numeric' }).format(instant)
}

function capital(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}

/** The divider between days in a thread: Today, Yesterday, Monday, 3 March, 3 March 2024. */
export function dayLabel(instant: Date, now: Date, place: Place): string {
  const ago = daysBetween(instant, now, place.zone)
  if (ago === 0 || ago === 1) {
    const words = new Intl.RelativeTimeFormat(place.locale, { numeric: 'auto' })
    return capital(words.format(-ago, 'day'), place.locale)
  }
  if (ago > 1 && ago < 7) {
    return capital(formatter(place, { weekday: 'long' }).format(instant), place.locale)
  }
  const sameYear = dayKey(instant, place.zone).slice(0, 4) === dayKey(now, place.zone).slice(0, 4)
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long' }
  return formatter(place, sameYear ? options : { ...options, year: 'numeric' }).format(instant)
}

/** The narrow time of a list row: 14:05, Mon, 3 Mar, 03.03.24. */
export function listTime(instant: Date, now: Date, place: Place): string {
  const ago = daysBetween(instant, now, place.zone)
  if (ago === 0) return clockTime(instant, place)
  if (ago > 0 && ago < 7) return formatter(place, { weekday: 'short' }).format(instant)
  const sameYear = dayKey(instant, place.zone).slice(0, 4) === dayKey(now, place.zone).slice(0, 4)
  if (sameYear) return formatter(place, { day: 'numeric', month: 'short' }).format(instant)
  return formatter(place, { day: '2-digit', month: '2-digit', year: '2-digit' }).format(instant)
}

const steps: [limitSeconds: number, unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  [3_600, 'minute', 60],
  [86_400, 'hour', 3_600],
  [30 * 86_400, 'day', 86_400],
  [365 * 86_400, 'month', 30 * 86_400],
  [Number.POSITIVE_INFINITY, 'year', 365 * 86_400],
]

/** 5 minutes ago, in 3 days, now. */
export function relativeTime(instant: Date, now: Date, locale: string): string {
  const seconds = (instant.getTime() - now.getTime()) / 1_000
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  // Clocks of two machines differ by seconds: nothing just sent lies in the future.
  if (Math.abs(seconds) < 60) return words.format(0, 'second')
  for (const [limit, unit, size] of steps) {
    if (Math.abs(seconds) < limit) return words.format(Math.trunc(seconds / size), unit)
  }
  return ''
}

/** 0:14, 12:05, 1:02:03 */
export function duration(totalSeconds: number): string {
  const whole = Math.max(0, Math.round(totalSeconds))
  const seconds = String(whole % 60).padStart(2, '0')
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3_600)
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}
