import { describe, expect, it } from 'vitest'
import { botLabels } from './botLabels'

const labels = (...names: string[]) => [
  ...botLabels(names.map((name, index) => ({ id: String(index), name, username: `bot${index}` }))).values(),
]

describe('the label of a bot', () => {
  it.each([
    [
      ['Автосвіт Київ', 'Автосвіт Львів'],
      ['Київ', 'Львів'],
    ],
    [
      ['Avtosvit · Sales', 'avtosvit · Service desk'],
      ['Sales', 'Service desk'],
    ],
    [
      ['Avtosvit', 'Avtosvit Lviv'],
      ['Avtosvit', 'Avtosvit Lviv'],
    ],
    [
      ['Avtosvit Kyiv', 'Nord Cars'],
      ['Avtosvit Kyiv', 'Nord Cars'],
    ],
    [['Avtosvit Kyiv'], ['Avtosvit Kyiv']],
    [
      ['', 'Nord'],
      ['bot0', 'Nord'],
    ],
    [
      ['Nord', 'Nord'],
      ['Nord', 'Nord'],
    ],
    [
      ['Nord ·', 'Nord !'],
      ['Nord ·', 'Nord !'],
    ],
    [[], []],
  ])('of %j is %j', (names, expected) => expect(labels(...names)).toEqual(expected))
})
