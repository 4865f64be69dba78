import { describe, expect, it } from 'vitest'
import { contrast, inkOn } from './contrast'
import { avatarDark, avatarLight, avatarTone, dark, light, type Tokens, variables } from './tokens'

const aa = 4.5
const aaa = 7

const pairs: [ink: keyof Tokens, on: keyof Tokens, atLeast: number][] = [
  ['ink', 'bg', aaa],
  ['ink', 'card', aaa],
  ['ink', 'hover', aaa],
  ['ink', 'selected', aaa],
  ['inkSoft', 'card', aaa],
  ['muted', 'card', aa],
  ['muted', 'bg', aa],
  ['muted', 'hover', aa],
  ['muted', 'sunken', aa],
  ['muted', 'selected', aa],
  ['petrolInk', 'card', aa],
  ['petrolInk', 'selected', aa],
  ['petrolInk', 'petrolSoft', aa],
  ['petrol', 'card', aa],
  ['onPetrol', 'petrol', aa],
  ['amberInk', 'card', aa],
  ['amberInk', 'amberSoft', aa],
  ['onAmber', 'amber', aa],
  ['redInk', 'card', aa],
  ['redInk', 'redSoft', aa],
  ['onRed', 'redFill', aa],
  ['greenInk', 'card', aa],
  ['greenInk', 'greenSoft', aa],
  ['onGreen', 'green', aa],
  ['mineInk', 'mine', aaa],
  ['mineMeta', 'mine', aa],
  ['noteInk', 'note', aaa],
]

describe.each([
  ['light', light, avatarLight],
  ['dark', dark, avatarDark],
] as const)('the %s scheme', (_name, tokens, avatars) => {
  it.each(pairs)('%s reads on %s', (ink, on, atLeast) => {
    expect(contrast(tokens[ink], tokens[on])).toBeGreaterThanOrEqual(atLeast)
  })

  it.each(avatars.map((pair, index) => [index, pair] as const))('avatar %i is AA', (_index, pair) => {
    expect(contrast(pair.ink, pair.bg)).toBeGreaterThanOrEqual(aa)
  })
})

describe('tokens', () => {
  it('become kebab-case custom properties', () => {
    const out = variables(light, avatarLight)
    expect(out['--app-line-strong']).toBe(light.lineStrong)
    expect(out['--app-avatar-7-ink']).toBe(avatarLight[7]?.ink)
  })

  it('give one person one tone', () => {
    expect(avatarTone('Оксана Бондар')).toBe(avatarTone('Оксана Бондар'))
    expect(
      new Set(['Ada', 'Bo', 'Cy', 'Di', 'Ed', 'Fay', 'Gus', 'Hal'].map(avatarTone)).size,
    ).toBeGreaterThan(3)
  })

  it('choose readable ink on a colour of the company, and survive a wrong value', () => {
    expect(inkOn('#F5A524')).toBe('#1B1D1F')
    expect(inkOn('#0B6E6E')).toBe('#FFFFFF')
    expect(inkOn('tomato')).toBe('#FFFFFF')
  })
})
