import { describe, expect, it } from 'vitest'
import { givable, outranks } from './rank'

describe('ranks', () => {
  it('let nobody reach above themselves', () => {
    expect(outranks('ADMIN', 'OWNER')).toBe(false)
    expect(outranks('ADMIN', 'ADMIN')).toBe(true)
    expect(outranks('OWNER', 'OWNER')).toBe(true)
    expect(outranks('SUPER_ADMIN', 'OWNER')).toBe(true)
  })

  it('say which roles one may give', () => {
    expect(givable('ADMIN')).toEqual(['ADMIN', 'MANAGER', 'OPERATOR', 'DEALER', 'VIEWER'])
    expect(givable('OWNER')[0]).toBe('OWNER')
  })
})
