import { describe, expect, it } from 'vitest'
import { ApiError, isTransient, problemToError, toApiError } from './problem'

describe('a problem of the server', () => {
  it('keeps the code, the sentence and the request id', () => {
    const error = problemToError(410, new Headers(), {
      code: 'invite_expired',
      detail: 'This invitation has expired.',
      request_id: 'r-1',
    })
    expect(error).toMatchObject({
      kind: 'not_found',
      status: 410,
      code: 'invite_expired',
      detail: 'This invitation has expired.',
      requestId: 'r-1',
    })
  })

  it('names fields as the form names them', () => {
    const error = problemToError(422, new Headers(), {
      errors: [
        { field: 'email', detail: 'Not an address.', code: 'email_invalid' },
        { field: 'hours.mon[0]', detail: 'Ends before it starts.', code: 'hours_empty' },
        { field: 'email', detail: 'Second.', code: 'second' },
        { detail: 'No place.' },
      ],
    })
    expect(error.kind).toBe('invalid')
    expect(error.fields).toEqual({
      email: { detail: 'Not an address.', code: 'email_invalid' },
      'hours.mon.0': { detail: 'Ends before it starts.', code: 'hours_empty' },
    })
  })

  it('that somebody else was quicker is stale, whatever the status', () => {
    expect(problemToError(409, new Headers(), { code: 'stale' }).kind).toBe('stale')
  })

  it('takes the request id from the header and the pause from Retry-After', () => {
    const headers = new Headers({ 'X-Request-Id': 'r-2', 'Retry-After': '30' })
    expect(problemToError(429, headers, null)).toMatchObject({
      kind: 'limited',
      requestId: 'r-2',
      retryAfterSeconds: 30,
    })
  })

  it.each([
    [400, 'invalid'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [409, 'conflict'],
    [412, 'stale'],
    [503, 'unavailable'],
    [500, 'internal'],
  ])('%i is %s', (status, kind) => {
    expect(problemToError(status, new Headers(), 'an HTML page of a proxy').kind).toBe(kind)
  })
})

describe('what was thrown', () => {
  it('is offline when fetch itself failed', () => {
    expect(toApiError(new TypeError('Failed to fetch')).kind).toBe('offline')
  })

  it('stays what it is when it is an ApiError already', () => {
    const error = new ApiError({ kind: 'conflict', status: 409 })
    expect(toApiError(error)).toBe(error)
  })

  it('is repeated only when repeating can help', () => {
    expect(isTransient(new ApiError({ kind: 'unavailable', status: 503 }))).toBe(true)
    expect(isTransient(new ApiError({ kind: 'offline', status: 0 }))).toBe(true)
    expect(isTransient(new ApiError({ kind: 'invalid', status: 422 }))).toBe(false)
    expect(isTransient(new Error('bug'))).toBe(false)
  })
})
