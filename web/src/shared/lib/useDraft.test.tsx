import { act, renderHook } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useDraft } from './useDraft'

interface Values {
  name: string
  color: string
}

const first: Values = { name: 'Kyiv Motors', color: '#111111' }

function open() {
  return renderHook(({ values, version }) => useDraft(values, version), {
    initialProps: { values: first, version: 1 },
  })
}

describe('a draft', () => {
  it('follows the server while nothing is typed, without news', () => {
    const { result, rerender } = open()
    rerender({ values: { ...first, name: 'Lviv Motors' }, version: 2 })
    expect(result.current.values.name).toBe('Lviv Motors')
    expect(result.current.isDirty).toBe(false)
    expect(result.current.news).toBeUndefined()
  })

  it('keeps what was typed and says what others did', () => {
    const { result, rerender } = open()
    act(() => result.current.set({ name: 'Mine' }))
    rerender({ values: { name: 'Theirs', color: '#222222' }, version: 2 })
    expect(result.current.values).toEqual({ name: 'Mine', color: '#222222' })
    expect(result.current.news).toEqual({ taken: ['color'], both: [{ field: 'name', theirs: 'Theirs' }] })
    expect(result.current.version).toBe(2)
    expect(result.current.patch()).toEqual({ name: 'Mine' })
  })

  it('is clean after saving, but keeps what was typed while saving', () => {
    const { result, rerender } = open()
    act(() => result.current.set({ name: ' Mine ' }))
    const sent = result.current.patch()
    act(() => result.current.set({ color: '#333333' }))
    const saved = { name: 'Mine', color: '#111111' }
    act(() => result.current.accept(sent, saved, 2))
    rerender({ values: saved, version: 2 })
    expect(result.current.values).toEqual({ name: 'Mine', color: '#333333' })
    expect(result.current.changed).toEqual(['color'])
    expect(result.current.news).toBeUndefined()
  })

  it('ignores an older answer that arrives late', () => {
    const { result, rerender } = open()
    rerender({ values: { ...first, name: 'New' }, version: 3 })
    rerender({ values: first, version: 2 })
    expect(result.current.values.name).toBe('New')
  })
})
