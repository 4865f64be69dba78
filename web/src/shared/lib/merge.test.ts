import { describe, expect, it } from 'vitest'
import { changedFields, sameValue, threeWay } from './merge'

describe('values', () => {
  it.each([
    [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [[], {}, false],
    [[['09:00', '18:00']], [['09:00', '19:00']], false],
    [null, {}, false],
    [Number.NaN, Number.NaN, true],
  ])('%j and %j', (a, b, same) => {
    expect(sameValue(a, b)).toBe(same)
  })

  it('differ by fields', () => {
    expect(
      changedFields({ name: 'a', hours: { mon: [] } }, { name: 'a', hours: { mon: [['1', '2']] } }),
    ).toEqual(['hours'])
  })
})

describe('a merge', () => {
  const base = { name: 'Kyiv Motors', color: '#111111', country: 'UA' }

  it('keeps mine, takes over what only others changed', () => {
    expect(threeWay(base, { ...base, name: 'Mine' }, { ...base, color: '#222222' })).toEqual({
      values: { name: 'Mine', color: '#222222', country: 'UA' },
      taken: ['color'],
      both: [],
    })
  })

  it('keeps mine where both changed, and says so', () => {
    const merged = threeWay(base, { ...base, name: 'Mine' }, { ...base, name: 'Theirs' })
    expect(merged.values.name).toBe('Mine')
    expect(merged.both).toEqual(['name'])
  })

  it('is quiet when both made the same change', () => {
    const same = { ...base, country: 'PL' }
    expect(threeWay(base, same, same)).toEqual({ values: same, taken: [], both: [] })
  })
})
