import { describe, expect, it } from 'vitest'
import { safeNext } from './session'

describe('the way back after signing in', () => {
  it.each([
    ['/inbox?chat=1', '/inbox?chat=1'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/\t/evil.example', '/'],
    ['', '/'],
    [undefined, '/'],
  ])('%s leads to %s', (next, expected) => {
    expect(safeNext(next)).toBe(expected)
  })
})
