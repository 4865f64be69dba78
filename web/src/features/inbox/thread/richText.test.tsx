import { describe, expect, it } from 'vitest'
import { renderPart } from '@/shared/test/render'
import { RichText } from './RichText'
import { decodeEntities, parseRich, plainText, safeHref, toTelegramHtml } from './richText'

describe('parseRich', () => {
  it.each([
    ['plain', ['plain']],
    [
      '<b>bold <i>both</i></b> end',
      [{ tag: 'b', children: ['bold ', { tag: 'i', children: ['both'] }] }, ' end'],
    ],
    [
      '<strong>a</strong><del>b</del><ins>c</ins>',
      [
        { tag: 'b', children: ['a'] },
        { tag: 's', children: ['b'] },
        { tag: 'u', children: ['c'] },
      ],
    ],
    ['<span class="tg-spoiler">x</span><span>y</span>', [{ tag: 'spoiler', children: ['x'] }, 'y']],
    [
      '<a href="https://a.example/?a=1&amp;b=2">go</a>',
      [{ tag: 'a', href: 'https://a.example/?a=1&b=2', children: ['go'] }],
    ],
    [
      'see https://a.example/x, ok',
      ['see ', { tag: 'a', href: 'https://a.example/x', children: ['https://a.example/x'] }, ', ok'],
    ],
    ['<code>https://a.example</code>', [{ tag: 'code', children: ['https://a.example'] }]],
    ['1 &lt; 2 &amp;&amp; 3', ['1 < 2 && 3']],
    ['a < b > c', ['a < b > c']],
  ])('reads %s', (html, nodes) => {
    expect(parseRich(html)).toEqual(nodes)
  })

  it.each([
    ['a script', '<script>alert(1)</script>'],
    ['an image with a handler', '<img src=x onerror=alert(1)>'],
    ['an svg', '<svg/onload=alert(1)>'],
    ['a frame', '<iframe src="javascript:alert(1)"></iframe>'],
    ['a handler on a known tag', '<b onclick="alert(1)">x</b>'],
    ['a style', '<style>*{display:none}</style>'],
    ['a script address', '<a href="javascript:alert(1)">x</a>'],
    ['a script address in entities', '<a href="&#106;avascript:alert(1)">x</a>'],
    ['a script address with a tab', '<a href="java\tscript:alert(1)">x</a>'],
    ['a data address', "<a href='data:text/html,<script>alert(1)</script>'>x</a>"],
    ['an unclosed quote', '<a href="https://a.example onmouseover=alert(1)>x</a>'],
    ['a form', '<form action=//evil><input autofocus onfocus=alert(1)>'],
    ['entities of markup', '&lt;img src=x onerror=alert(1)&gt;'],
  ])('makes nothing active of %s', async (_name, html) => {
    const { container } = await renderPart(<RichText html={html} />, ['inbox'])
    const elements = [...container.querySelectorAll('*')]
    for (const bad of ['script', 'img', 'svg', 'iframe', 'form', 'input', 'style[src]']) {
      expect(container.querySelector(`span ${bad}`)).toBeNull()
    }
    for (const element of elements) {
      for (const name of element.getAttributeNames()) expect(name).not.toMatch(/^on/)
      const href = element.getAttribute('href')
      if (href) expect(href).toMatch(/^(https?|tg|mailto|tel):/)
    }
  })

  it('opens links elsewhere, without handing over the page', async () => {
    const { getByRole } = await renderPart(<RichText html='<a href="https://a.example">go</a>' />, ['inbox'])
    const link = getByRole('link', { name: 'go' })
    expect(link.getAttribute('rel')).toContain('noopener')
    expect(link.getAttribute('target')).toBe('_blank')
  })

  it('survives tags that nest without end or close what is not open', () => {
    const deep = `${'<b>'.repeat(5_000)}x${'</b>'.repeat(5_000)}`
    expect(plainText(deep)).toBe('x')
    expect(plainText('</b></a>x</i>')).toBe('x')
    expect(plainText('<b>x<i>y</b>z')).toBe('xyz')
  })
})

describe('safeHref', () => {
  it.each([
    ['https://a.example', true],
    ['tg://user?id=1', true],
    ['mailto:a@b.example', true],
    ['/api/session', false],
    ['//evil.example', false],
    ['vbscript:x', false],
    [' javascript:x', false],
    ['', false],
  ])('%s', (href, isSafe) => {
    expect(safeHref(href) !== undefined).toBe(isSafe)
  })
})

describe('words and markup', () => {
  it('decodes what exists and leaves the rest', () => {
    expect(decodeEntities('&#128512; &#x41; &nope; &#0; &#99999999;')).toBe('😀 A &nope; &#0; &#99999999;')
  })

  it('sends exactly what was typed', () => {
    const typed = '<b>5 < 6 & "7"</b>\n😀'
    expect(plainText(toTelegramHtml(typed))).toBe(typed)
  })
})
