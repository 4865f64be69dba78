import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../auth/session'
import { count, fileSize, money, phone } from '../lib/format'
import {
  clockTime,
  dayLabel,
  duration,
  fullTime,
  listTime,
  localeOf,
  relativeTime,
  shortDate,
} from './format'

type Instant = string | Date

const asDate = (instant: Instant) => (typeof instant === 'string' ? new Date(instant) : instant)

/** Formatting in the language of the page and the zone and currency of the company. */
export function useFormat() {
  const { i18n } = useTranslation()
  const { data: session } = useQuery(sessionQuery)
  const zone = session?.workspace?.timezone || Intl.DateTimeFormat().resolvedOptions().timeZone
  const home = session?.workspace?.currency || 'USD'
  const language = i18n.language
  return useMemo(() => {
    const locale = localeOf(language)
    const place = { locale, zone }
    return {
      place,
      clock: (at: Instant) => clockTime(asDate(at), place),
      full: (at: Instant) => fullTime(asDate(at), place),
      date: (at: Instant) => shortDate(asDate(at), place),
      day: (at: Instant, now = new Date()) => dayLabel(asDate(at), now, place),
      list: (at: Instant, now = new Date()) => listTime(asDate(at), now, place),
      ago: (at: Instant, now = new Date()) => relativeTime(asDate(at), now, locale),
      money: (minorUnits: number, currency = home) => money(minorUnits, currency, locale),
      count: (value: number) => count(value, locale),
      size: (bytes: number) => fileSize(bytes, locale),
      duration,
      phone,
    }
  }, [language, zone, home])
}
