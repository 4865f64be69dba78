import { describe, expect, it } from 'vitest'
import type { CannedReply } from '../types'
import { chooseDraft, expand, findCanned, kindOfFile, slashQuery, splitIntoMessages, textIn } from './compose'

const files = (...kinds: string[]) => kinds.map((kind, index) => ({ mediaId: `f${index}`, kind }))
const shape = (text: string, ...kinds: string[]) =>
  splitIntoMessages(text, files(...kinds)).map((part) => [
    part.text,
    part.files.map((file) => file.kind).join(' '),
  ])

describe('splitIntoMessages', () => {
  it.each<[string, string, string[], string[][]]>([
    ['words alone', 'hi', [], [['hi', '']]],
    ['nothing', '', [], []],
    ['photos and a video as one album', 'hi', ['photo', 'video', 'photo'], [['hi', 'photo video photo']]],
    [
      'documents apart from photos',
      'hi',
      ['photo', 'document', 'photo', 'document'],
      [
        ['hi', 'photo photo'],
        ['', 'document document'],
      ],
    ],
    [
      'voice alone',
      '',
      ['voice', 'photo'],
      [
        ['', 'voice'],
        ['', 'photo'],
      ],
    ],
    [
      'two animations are two messages',
      'x',
      ['animation', 'animation'],
      [
        ['x', 'animation'],
        ['', 'animation'],
      ],
    ],
  ])('sends %s', (_name, text, kinds, parts) => {
    expect(shape(text, ...kinds)).toEqual(parts)
  })

  it('starts the next album after ten and loses no file', () => {
    const parts = splitIntoMessages('', files(...Array<string>(23).fill('photo')))
    expect(parts.map((part) => part.files.length)).toEqual([10, 10, 3])
  })
})

describe('canned answers', () => {
  const values = {
    name: 'Оксана Бондар',
    first_name: 'Оксана',
    manager: 'Олена',
    company: 'Авто Плюс',
    phone: '',
  }

  it.each([
    ['Вітаю, {first_name}! Я {manager} з «{company}».', 'Вітаю, Оксана! Я Олена з «Авто Плюс».'],
    ['Ваш номер {phone}?', 'Ваш номер?'],
    ['Вітаю, {phone}!', 'Вітаю!'],
    ['{unknown} {name}{name}', '{unknown} Оксана БондарОксана Бондар'],
    ['$& {name}', '$& Оксана Бондар'],
  ])('%s', (text, filled) => {
    expect(expand(text, values)).toBe(filled)
  })

  it('speaks the language of the customer, then of the company, then any', () => {
    const texts = { uk: 'Вітаю', en: 'Hello', ru: '' }
    expect(textIn(texts, 'en-US', 'uk')).toBe('Hello')
    expect(textIn(texts, 'ru', 'uk')).toBe('Вітаю')
    expect(textIn({ ru: 'Привет' }, 'pl', 'uk')).toBe('Привет')
  })

  it.each([
    ['/', ''],
    ['/adr', 'adr'],
    ['/адреса', 'адреса'],
    ['/a b', undefined],
    ['hi /a', undefined],
    ['', undefined],
  ])('after "%s" looks for %s', (text, query) => {
    expect(slashQuery(text)).toBe(query)
  })

  it('puts shortcuts before titles', () => {
    const reply = (shortcut: string, title: string): CannedReply => ({
      id: shortcut,
      shortcut,
      title,
      text: {},
      version: 1,
    })
    const all = [reply('hello', 'Price list'), reply('price', 'Costs'), reply('bye', 'End')]
    expect(findCanned(all, 'pri').map((found) => found.shortcut)).toEqual(['price', 'hello'])
  })
})

describe('chooseDraft', () => {
  const server = { text: 'from the phone', reply_to_id: 'm1' }
  it('never gives up what was typed here and not kept', () => {
    expect(chooseDraft({ text: 'typed', replyToId: '', isDirty: true }, server).text).toBe('typed')
  })
  it('takes what another device left', () => {
    expect(chooseDraft({ text: 'old', replyToId: '', isDirty: false }, server)).toEqual({
      text: 'from the phone',
      replyToId: 'm1',
      isDirty: false,
    })
  })
  it('stays with the local copy while the server is away', () => {
    expect(chooseDraft({ text: 'old', replyToId: '', isDirty: false }, undefined).text).toBe('old')
    expect(chooseDraft(undefined, undefined).text).toBe('')
  })
})

describe('kindOfFile', () => {
  it.each([
    ['image/jpeg', false, 'photo'],
    ['image/jpeg', true, 'document'],
    ['image/gif', false, 'animation'],
    ['image/svg+xml', false, 'document'],
    ['video/mp4', false, 'video'],
    ['video/quicktime', false, 'document'],
    ['', false, 'document'],
  ])('%s (as a file: %s) is a %s', (mime, asDocument, kind) => {
    expect(kindOfFile(mime, asDocument)).toBe(kind)
  })
})
