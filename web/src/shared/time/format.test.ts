import { describe, expect, it } from 'vitest'
import {
  clockTime,
  dayKey,
  dayLabel,
  daysBetween,
  duration,
  listTime,
  localeOf,
  relativeTime,
} from './format'

const kyiv = (language: string) => ({ locale: localeOf(language), zone: 'Europe/Kyiv' })
const now = new Date('2026-11-23T10:00:00Z') // 12:00 in Kyiv, a Monday

describe('a day', () => {
  it('belongs to the zone of the company, not to UTC', () => {
    const late = new Date('2026-11-22T22:30:00Z')
    expect(dayKey(late, 'Europe/Kyiv')).toBe('2026-11-23')
    expect(dayKey(late, 'America/New_York')).toBe('2026-11-22')
  })

  it('is one day also when the clock changes in it', () => {
    // 25 October 2026 has 25 hours in Kyiv.
    const before = new Date('2026-10-24T20:59:00Z')
    const after = new Date('2026-10-25T22:01:00Z')
    expect(daysBetween(before, after, 'Europe/Kyiv')).toBe(2)
    expect(
      daysBetween(new Date('2026-10-24T21:01:00Z'), new Date('2026-10-25T21:59:00Z'), 'Europe/Kyiv'),
    ).toBe(0)
  })

  it.each([
    ['2026-11-23T05:00:00Z', 'Today', 'Сьогодні', 'Сегодня'],
    ['2026-11-22T10:00:00Z', 'Yesterday', 'Учора', 'Вчера'],
    ['2026-11-20T10:00:00Z', 'Friday', 'Пʼятниця', 'Пятница'],
    ['2026-03-03T10:00:00Z', '3 March', '3 березня', '3 марта'],
  ])('%s is called %s', (instant, en, uk, ru) => {
    const at = new Date(instant)
    expect(dayLabel(at, now, kyiv('en'))).toBe(en)
    expect(dayLabel(at, now, kyiv('uk')).replace("'", 'ʼ').replace('’', 'ʼ')).toBe(uk)
    expect(dayLabel(at, now, kyiv('ru'))).toBe(ru)
  })

  it('of another year says which', () => {
    expect(dayLabel(new Date('2024-03-03T10:00:00Z'), now, kyiv('en'))).toBe('3 March 2024')
  })
})

describe('a time', () => {
  it('is read in 24 hours, also at midnight', () => {
    expect(clockTime(new Date('2026-11-22T22:00:00Z'), kyiv('en'))).toMatch(/^(00|24):00$/)
    expect(clockTime(new Date('2026-11-23T13:05:00Z'), kyiv('uk'))).toBe('15:05')
  })

  it.each([
    ['2026-11-23T07:05:00Z', '09:05'],
    ['2026-11-20T07:05:00Z', 'Fri'],
    ['2026-03-03T07:05:00Z', '3 Mar'],
    ['2024-03-03T07:05:00Z', '03/03/24'],
  ])('%s is %s in a list', (instant, expected) => {
    expect(listTime(new Date(instant), now, kyiv('en'))).toBe(expected)
  })

  it.each([
    [0, 'now'],
    [-30, 'now'],
    [20, 'now'],
    [-300, '5 minutes ago'],
    [-7_200, '2 hours ago'],
    [-86_400, 'yesterday'],
    [3 * 86_400, 'in 3 days'],
  ])('%i seconds from now is %s', (seconds, expected) => {
    expect(relativeTime(new Date(now.getTime() + seconds * 1_000), now, 'en-GB')).toBe(expected)
  })

  it('has Ukrainian plural forms', () => {
    const ago = (minutes: number) => relativeTime(new Date(now.getTime() - minutes * 60_000), now, 'uk-UA')
    expect([ago(1), ago(2), ago(5), ago(21)]).toEqual([
      '1 хвилину тому',
      '2 хвилини тому',
      '5 хвилин тому',
      '21 хвилину тому',
    ])
  })

  it.each([
    [0, '0:00'],
    [14.4, '0:14'],
    [725, '12:05'],
    [3_723, '1:02:03'],
    [-1, '0:00'],
  ])('%d seconds last %s', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected)
  })
})
