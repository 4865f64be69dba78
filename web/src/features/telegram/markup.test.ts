import { describe, expect, it } from 'vitest'
import { fill, longest, readMarkup, textProblem, wrap } from './markup'

describe('Telegram HTML', () => {
  it('becomes a tree and a text that can be counted', () => {
    const read = readMarkup(
      'Hi <b>there <i>you</i></b> &amp; <a href="https://cartie.test/?a=1&amp;b=2">us</a>',
    )
    expect(read.problem).toBeUndefined()
    expect(read.visible).toBe('Hi there you & us')
    expect(read.nodes).toEqual([
      'Hi ',
      { tag: 'b', href: '', children: ['there ', { tag: 'i', href: '', children: ['you'] }] },
      ' & ',
      { tag: 'a', href: 'https://cartie.test/?a=1&b=2', children: ['us'] },
    ])
  })

  it('keeps no address that could run something', () => {
    expect(readMarkup('<a href="javascript:alert(1)">x</a>').nodes[0]).toHaveProperty('href', '')
  })

  it.each([
    ['1 < 2', { kind: 'bracket' }],
    ['<h1>x</h1>', { kind: 'unknown', tag: 'h1' }],
    ['<br>', { kind: 'unknown', tag: 'br' }],
    ['<b><i>x</b></i>', { kind: 'order', tag: 'b' }],
    ['x</b>', { kind: 'order', tag: 'b' }],
    ['<b>x', { kind: 'unclosed', tag: 'b' }],
    ['<b> </b>', { kind: 'empty' }],
    ['', undefined],
    ['Hello, {name}!', undefined],
  ])('%j', (text, problem) => {
    expect(textProblem(text)).toEqual(problem)
  })

  it('is counted in the units of Telegram, with room for long names', () => {
    expect(readMarkup('🚗').visible.length).toBe(2)
    expect(longest('{name}')).toBe(128)
    expect(textProblem('x'.repeat(4096))).toBeUndefined()
    expect(textProblem(`${'x'.repeat(4096)}🚗`)).toEqual({ kind: 'long', over: 2 })
    expect(textProblem(`${'x'.repeat(4000)}{name}`)).toEqual({ kind: 'long', over: 32 })
  })
})

describe('names', () => {
  it('are put in without becoming tags', () => {
    expect(fill('{first_name}, {name} @ {company}', 'Oksana <b>', 'A&B')).toBe(
      'Oksana, Oksana &lt;b&gt; @ A&amp;B',
    )
  })

  it('are not put into what a name says', () => {
    expect(fill('{name}', '{company}', 'X')).toBe('{company}')
  })
})

describe('the buttons over the text', () => {
  it('wrap what is selected', () => {
    expect(wrap({ text: 'Hello you', start: 6, end: 9 }, '<b>', '</b>')).toEqual({
      text: 'Hello <b>you</b>',
      start: 9,
      end: 12,
    })
  })

  it('insert at the cursor', () => {
    expect(wrap({ text: 'Hi !', start: 3, end: 3 }, '{name}').text).toBe('Hi {name}!')
  })
})
