/** `1234500`, `USD` → `$12,345`; cents are shown only when there are any. */
export function money(minorUnits: number, currency: string, locale: string): string {
  const digits =
    new Intl.NumberFormat(locale, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
    2
  const value = minorUnits / 10 ** digits
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: Number.isInteger(value) ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(value)
}

export function count(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value)
}

// Calling code → how the national number is grouped. What is not here is left whole.
const groupings: [code: string, groups: number[]][] = [
  ['380', [2, 3, 2, 2]],
  ['375', [2, 3, 2, 2]],
  ['373', [2, 3, 3]],
  ['370', [3, 2, 3]],
  ['371', [2, 3, 3]],
  ['995', [3, 3, 3]],
  ['48', [3, 3, 3]],
  ['49', [3, 4, 4]],
  ['40', [3, 3, 3]],
  ['44', [4, 6]],
  ['7', [3, 3, 2, 2]],
  ['1', [3, 3, 4]],
]

/** `+380671234567` → `+380 67 123 45 67`; what is not E.164 is left as it was written. */
export function phone(e164: string): string {
  if (!/^\+\d{7,15}$/.test(e164)) return e164
  const digits = e164.slice(1)
  const known = groupings.find(([code]) => digits.startsWith(code))
  if (!known) return e164
  const [code, sizes] = known
  const parts: string[] = []
  let rest = digits.slice(code.length)
  for (const size of sizes) {
    if (rest) parts.push(rest.slice(0, size))
    rest = rest.slice(size)
  }
  if (rest) parts.push(rest)
  return `+${code} ${parts.join(' ')}`
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** 10 kB, 1.4 MB */
export function fileSize(bytes: number, locale: string): string {
  let value = bytes
  let unit = 0
  while (value >= 1_000 && unit < byteUnits.length - 1) {
    value /= 1_000
    unit += 1
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: byteUnits[unit] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value)
}

/** Two letters for an avatar: `Оксана Бондар` → `ОБ`; an emoji or nothing at all is survived. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const first = (word: string | undefined) => word?.match(/[\p{L}\p{N}]/u)?.[0] ?? ''
  return (first(words[0]) + first(words.length > 1 ? words.at(-1) : undefined)).toLocaleUpperCase() || '?'
}
