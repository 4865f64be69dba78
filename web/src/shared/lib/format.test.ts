import { describe, expect, it } from 'vitest'
import { fileSize, initials, money, phone } from './format'

const plain = (text: string) => text.replace(/\s/g, ' ')

describe('money', () => {
  it.each([
    [1_234_500, 'USD', 'en-GB', '$12,345'],
    [1_234_550, 'USD', 'en-GB', '$12,345.50'],
    [2_890_000_00, 'UAH', 'uk-UA', '2 890 000 ₴'],
    [1_500, 'JPY', 'en-GB', '¥1,500'],
    [-9_900, 'EUR', 'en-GB', '-€99'],
  ])('%i of %s in %s', (minor, currency, locale, expected) => {
    expect(plain(money(minor, currency, locale))).toBe(expected)
  })
})

describe('a phone', () => {
  it.each([
    ['+380671234567', '+380 67 123 45 67'],
    ['+48501234567', '+48 501 234 567'],
    ['+12025550123', '+1 202 555 0123'],
    ['+358401234567', '+358401234567'],
    ['067 123 45 67', '067 123 45 67'],
    ['', ''],
  ])('%s is shown as %s', (e164, expected) => {
    expect(phone(e164)).toBe(expected)
  })
})

describe('a file size', () => {
  it.each([
    [999, '999 byte'],
    [10_400, '10 kB'],
    [1_440_000, '1.4 MB'],
  ])('%i bytes', (bytes, expected) => {
    expect(plain(fileSize(bytes, 'en-GB'))).toBe(expected)
  })
})

describe('initials', () => {
  it.each([
    ['Оксана Бондар', 'ОБ'],
    ['ada', 'A'],
    ['🚗 Kyiv Motors', 'KM'],
    ['Jan van der Berg', 'JB'],
    ['🚗', '?'],
    ['', '?'],
  ])('of %s are %s', (name, expected) => {
    expect(initials(name)).toBe(expected)
  })
})
