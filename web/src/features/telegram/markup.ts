/** Telegram's HTML, read the way the server checks it, for the counter and the preview. */

export type MarkupNode = string | { tag: string; href: string; children: MarkupNode[] }

export type MarkupProblem =
  | { kind: 'bracket' }
  | { kind: 'unknown'; tag: string }
  | { kind: 'order'; tag: string }
  | { kind: 'unclosed'; tag: string }

export interface Markup {
  nodes: MarkupNode[]
  /** What a reader sees, without the tags. */
  visible: string
  problem: MarkupProblem | undefined
}

/** Telegram's bound of a message, UTF-16 units of what is visible. */
export const longestText = 4096
/** What a filled-in name may take, as the server reserves it. */
const nameReserve = 128

const tags = new Set([
  'b',
  'strong',
  'i',
  'em',
  'u',
  'ins',
  's',
  'strike',
  'del',
  'code',
  'pre',
  'a',
  'blockquote',
  'tg-spoiler',
  'tg-emoji',
  'span',
])

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' }

function plain(text: string): string {
  return text.replace(/&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, (whole, name, decimal, hex) => {
    if (name) return entities[String(name).toLowerCase()] ?? whole
    const code = decimal ? Number(decimal) : Number.parseInt(String(hex), 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/** Only what Telegram itself would open. */
function hrefOf(attributes: string): string {
  const value = /href\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes)
  const href = plain(value?.[1] ?? value?.[2] ?? '')
  return /^(https?:|tg:|mailto:|tel:)/i.test(href) ? href : ''
}

interface Open {
  tag: string
  children: MarkupNode[]
}

export function readMarkup(html: string): Markup {
  const root: Open = { tag: '', children: [] }
  const open: Open[] = [root]
  let visible = ''
  let problem: MarkupProblem | undefined
  const add = (node: MarkupNode) => open.at(-1)?.children.push(node)
  const addText = (raw: string) => {
    if (!raw) return
    const text = plain(raw)
    visible += text
    add(text)
  }
  let at = 0
  while (at < html.length && !problem) {
    const start = html.indexOf('<', at)
    if (start < 0) {
      addText(html.slice(at))
      break
    }
    addText(html.slice(at, start))
    const end = html.indexOf('>', start)
    if (end < 0) {
      problem = { kind: 'bracket' }
      break
    }
    const inner = html.slice(start + 1, end)
    at = end + 1
    if (inner.startsWith('/')) {
      const tag = inner.slice(1).trim()
      if (open.length > 1 && open.at(-1)?.tag === tag) open.pop()
      else problem = { kind: 'order', tag }
      continue
    }
    const [tag = '', attributes = ''] = inner.split(/\s(.*)/s)
    if (!tags.has(tag)) {
      problem = { kind: 'unknown', tag }
      continue
    }
    const node = { tag, href: tag === 'a' ? hrefOf(attributes) : '', children: [] }
    add(node)
    open.push(node)
  }
  const last = open.at(-1)
  if (!problem && last && last !== root) problem = { kind: 'unclosed', tag: last.tag }
  return { nodes: root.children, visible, problem }
}

export const variables = ['{name}', '{first_name}', '{company}'] as const

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Puts the names in, as the server does when it sends. */
export function fill(text: string, name: string, company: string): string {
  const [first = ''] = name.split(' ', 1)
  const values: Record<string, string> = { name, first_name: first, company }
  return text.replace(/\{(name|first_name|company)\}/g, (_, key: string) => escaped(values[key] ?? ''))
}

/** How long the text may become: the longest names count. */
export function longest(text: string): number {
  const sample = 'x'.repeat(nameReserve)
  return readMarkup(fill(text, sample, sample)).visible.length
}

export type TextProblem = MarkupProblem | { kind: 'long'; over: number } | { kind: 'empty' }

/** What the server would refuse; an empty text is simply absent. */
export function textProblem(text: string): TextProblem | undefined {
  if (!text.trim()) return undefined
  const { problem, visible } = readMarkup(text)
  if (problem) return problem
  if (!visible.trim()) return { kind: 'empty' }
  const over = longest(text) - longestText
  return over > 0 ? { kind: 'long', over } : undefined
}

export interface Selection {
  text: string
  start: number
  end: number
}

/** Puts something around what is selected, or at the cursor; the selection stays on the same words. */
export function wrap({ text, start, end }: Selection, before: string, after = ''): Selection {
  const inner = text.slice(start, end)
  return {
    text: text.slice(0, start) + before + inner + after + text.slice(end),
    start: start + before.length,
    end: start + before.length + inner.length,
  }
}
