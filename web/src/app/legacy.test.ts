import { describe, expect, it } from 'vitest'
import { fromHash } from './legacy'

describe('an address of the earlier product', () => {
  it.each([
    ['#/inbox?chat=1', '/inbox?chat=1'],
    ['#/', '/'],
    ['#//evil.example', '/'],
    ['#/\\evil.example', '/'],
    ['#message-5', undefined],
    ['', undefined],
  ])('%s leads to %s', (hash, expected) => {
    expect(fromHash(hash)).toBe(expected)
  })
})
