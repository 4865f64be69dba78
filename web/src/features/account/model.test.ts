import { describe, expect, it } from 'vitest'
import { ApiError } from '@/shared/api/problem'
import { isDeadLink, isEmail, isLongEnough } from './model'

describe('a field', () => {
  it.each([
    ['a@b.co', true],
    [' a@b.co ', true],
    ['a@b', false],
    ['a b@c.co', false],
    ['', false],
  ])('%s is an address: %s', (value, expected) => {
    expect(isEmail(value)).toBe(expected)
  })

  it('counts characters of a password as people do', () => {
    expect(isLongEnough('десятьлітр')).toBe(true)
    expect(isLongEnough('🚗🚗🚗🚗🚗')).toBe(false)
  })
})

describe('a one-time link', () => {
  it('is dead when it is gone or expired, and not when the server is away', () => {
    expect(isDeadLink(new ApiError({ kind: 'not_found', status: 410 }))).toBe(true)
    expect(isDeadLink(new ApiError({ kind: 'conflict', status: 409, code: 'invite_expired' }))).toBe(true)
    expect(isDeadLink(new ApiError({ kind: 'unavailable', status: 503 }))).toBe(false)
  })
})
