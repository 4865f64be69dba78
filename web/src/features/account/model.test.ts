import { describe, expect, it } from 'vitest'
import { ApiError } from '@/shared/api/problem'
import { device, isDeadLink, isEmail, isLongEnough } from './model'

describe('a session of a browser', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0',
      { browser: 'Edge', system: 'Windows' },
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1',
      { browser: 'Safari', system: 'iOS' },
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36',
      { browser: 'Chrome', system: 'Android' },
    ],
    ['curl/8.5.0', undefined],
    ['', undefined],
  ])('%s', (userAgent, expected) => {
    expect(device(userAgent)).toEqual(expected)
  })
})

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
