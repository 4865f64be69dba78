/** Choices of the browser's own data: nothing to keep up to date here. */
export interface Choice {
  value: string
  label: string
}

// What people here use most stands on top of the lists.
const nearZones = ['Europe/Kyiv', 'Europe/Warsaw', 'Europe/Berlin', 'Europe/London', 'Asia/Tbilisi', 'UTC']
const nearCurrencies = ['USD', 'EUR', 'UAH', 'PLN', 'GBP', 'GEL']
const nearCountries = ['UA', 'PL', 'DE', 'LT', 'GE', 'US']

// Old names that browsers still list for zones with a new one.
const renamed: Record<string, string> = { 'Europe/Kiev': 'Europe/Kyiv', 'Asia/Calcutta': 'Asia/Kolkata' }

function withFirst(first: readonly string[], all: readonly string[], current: string): string[] {
  const rest = all.filter((value) => !first.includes(value))
  return [...new Set([...first, ...rest, ...(current ? [current] : [])])]
}

/** `UTC+2` of a zone at that moment. */
export function offset(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(
    at,
  )
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
  return name.replace('GMT', 'UTC')
}

function zoneLabel(zone: string, at: Date): string {
  const place = zone.replaceAll('_', ' ')
  try {
    const shift = offset(zone, at)
    return shift === place ? place : `${place} (${shift})`
  } catch {
    return place
  }
}

export function zoneChoices(current: string, at: Date): Choice[] {
  const all = Intl.supportedValuesOf('timeZone').map((zone) => renamed[zone] ?? zone)
  return withFirst(nearZones, all, current).map((value) => ({ value, label: zoneLabel(value, at) }))
}

export function currencyChoices(current: string, locale: string): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' })
  return withFirst(nearCurrencies, Intl.supportedValuesOf('currency'), current).map((value) => ({
    value,
    label: `${value} · ${names.of(value) ?? value}`,
  }))
}

/** Every two-letter region that the browser has a name for. */
export function countryChoices(current: string, locale: string): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' })
  const all: Choice[] = []
  for (let first = 65; first <= 90; first += 1) {
    for (let second = 65; second <= 90; second += 1) {
      const value = String.fromCharCode(first, second)
      // Reserved codes that have names but are no countries.
      if (
        ['EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ', 'QO', 'AC', 'CP', 'CQ', 'DG', 'EA', 'IC', 'TA'].includes(value)
      )
        continue
      const label = names.of(value)
      if (label && label !== value) all.push({ value, label })
    }
  }
  all.sort((a, b) => a.label.localeCompare(b.label, locale))
  const byCode = new Map(all.map((choice) => [choice.value, choice]))
  return withFirst(nearCountries, [...byCode.keys()], current).map(
    (value) => byCode.get(value) ?? { value, label: value },
  )
}
