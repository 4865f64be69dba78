import { describe, expect, it } from 'vitest'
import {
  addInterval,
  areHolidaysRight,
  canAdd,
  copyToAll,
  copyToWorkdays,
  dayProblem,
  holidayProblem,
  type Interval,
  isAlwaysOpen,
  isWeekRight,
  nextFreeDay,
  openMinutes,
  readTime,
  removeInterval,
  setTime,
  sortHolidays,
  toHours,
  toWeek,
} from './hours'

describe('a week', () => {
  it('has every day, whatever the server left out, and goes back as it came', () => {
    const week = toWeek({ mon: [['09:00', '18:00']], sat: [] })
    expect(week.tue).toEqual([])
    expect(toHours(week)).toEqual({
      mon: [['09:00', '18:00']],
      tue: [],
      wed: [],
      thu: [],
      fri: [],
      sat: [],
      sun: [],
    })
  })

  it('without any hours means always open', () => {
    expect(isAlwaysOpen(toWeek({}))).toBe(true)
    expect(isAlwaysOpen(toWeek({ sun: [['10:00', '12:00']] }))).toBe(false)
  })

  it('is copied to the working days, or to all', () => {
    const week = toWeek({ tue: [['10:00', '19:00']], sat: [['11:00', '15:00']] })
    const copied = copyToWorkdays(week, 'tue')
    expect(copied.mon).toEqual([['10:00', '19:00']])
    expect(copied.fri).toEqual([['10:00', '19:00']])
    expect(copied.sat).toEqual([['11:00', '15:00']])
    expect(copyToAll(week, 'tue').sun).toEqual([['10:00', '19:00']])
    expect(copyToWorkdays(week, 'sat').mon).toEqual([['11:00', '15:00']])
  })

  it('adds up', () => {
    expect(
      openMinutes(
        toWeek({
          mon: [
            ['09:00', '13:00'],
            ['14:00', '18:00'],
          ],
          sun: [['00:00', '24:00']],
        }),
      ),
    ).toBe(8 * 60 + 24 * 60)
  })
})

describe('a day', () => {
  it('opens as usual, then grows by the afternoon', () => {
    const one = addInterval([])
    expect(one).toEqual([['09:00', '18:00']])
    expect(addInterval([['09:00', '13:00']])).toEqual([
      ['09:00', '13:00'],
      ['14:00', '18:00'],
    ])
  })

  it('grows to the end of the day and not past it', () => {
    expect(addInterval([['09:00', '22:00']])[1]).toEqual(['23:00', '24:00'])
    expect(addInterval([['09:00', '23:15']])[1]).toEqual(['23:30', '24:00'])
    expect(canAdd([['09:00', '24:00']])).toBe(false)
    expect(dayProblem(addInterval([['09:00', '23:15']]))).toBeUndefined()
  })

  it('takes no more intervals than the server does', () => {
    const six: Interval[] = [0, 1, 2, 3, 4, 5].map((hour) => [`0${hour}:00`, `0${hour}:30`])
    expect(canAdd(six)).toBe(false)
    expect(canAdd(removeInterval(six, 2))).toBe(true)
  })

  it('changes one end of one interval', () => {
    const list: Interval[] = [
      ['09:00', '13:00'],
      ['14:00', '18:00'],
    ]
    expect(setTime(list, 1, 0, '13:30')).toEqual([
      ['09:00', '13:00'],
      ['13:30', '18:00'],
    ])
    expect(setTime(list, 0, 1, '12:00')[0]).toEqual(['09:00', '12:00'])
  })

  it.each<[string, Interval[], string | undefined]>([
    ['closed', [], undefined],
    ['whole', [['00:00', '24:00']], undefined],
    [
      'touching',
      [
        ['09:00', '12:00'],
        ['12:00', '18:00'],
      ],
      undefined,
    ],
    [
      'overlapping',
      [
        ['09:00', '12:00'],
        ['11:59', '18:00'],
      ],
      'overlap',
    ],
    [
      'in the wrong order',
      [
        ['14:00', '18:00'],
        ['09:00', '12:00'],
      ],
      'overlap',
    ],
    ['of no length', [['09:00', '09:00']], 'empty'],
    ['over midnight', [['22:00', '02:00']], 'midnight'],
    ['past its end', [['09:00', '24:01']], 'invalid'],
    ['unfinished', [['09:00', '']], 'invalid'],
  ])('%s', (_, list, problem) => {
    expect(dayProblem(list)?.problem).toBe(problem)
    expect(isWeekRight({ ...toWeek({}), wed: list })).toBe(problem === undefined)
  })
})

describe('a typed time', () => {
  it.each([
    ['9', '09:00'],
    ['9:30', '09:30'],
    ['930', '09:30'],
    ['0930', '09:30'],
    ['09.30', '09:30'],
    [' 18 ', '18:00'],
    ['24', '24:00'],
    ['24:01', undefined],
    ['9:60', undefined],
    ['nine', undefined],
    ['', undefined],
  ])('%j is %j', (text, time) => {
    expect(readTime(text)).toBe(time)
  })
})

describe('days off', () => {
  it('stand in the order of the calendar', () => {
    const list = [
      { date: '', name: 'new' },
      { date: '2027-01-01', name: 'New Year' },
      { date: '2026-12-25', name: 'Christmas' },
    ]
    expect(sortHolidays(list).map((holiday) => holiday.name)).toEqual(['Christmas', 'New Year', 'new'])
  })

  it('are real days, each once', () => {
    const list = [
      { date: '2026-12-25', name: 'Christmas' },
      { date: '2026-02-30', name: 'no such day' },
      { date: '2026-12-25', name: 'again' },
    ]
    expect([0, 1, 2].map((index) => holidayProblem(list, index))).toEqual([undefined, 'date', 'twice'])
    expect(areHolidaysRight(list)).toBe(false)
    expect(areHolidaysRight(list.slice(0, 1))).toBe(true)
  })

  it('begin on the next free day, across the end of a year', () => {
    expect(nextFreeDay([{ date: '2027-01-01', name: '' }], '2026-12-31')).toBe('2027-01-02')
  })
})
