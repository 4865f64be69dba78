/** A piece of Telegram HTML after reading: only these tags exist, and only addresses that are safe to open. */
export type RichNode = string | { tag: RichTag; href?: string; children: RichNode[] }

export type RichTag = 'b' | 'i' | 'u' | 's' | 'code' | 'pre' | 'blockquote' | 'spoiler' | 'a'

const tags: Record<string, RichTag> = {
  b: 'b',
  strong: 'b',
  i: 'i',
  em: 'i',
  u: 'u',
  ins: 'u',
  s: 's',
  strike: 's',
  del: 's',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  'tg-spoiler': 'spoiler',
  a: 'a',
}

// A browser draws a tree by recursion; nobody writes text this deep.
const deepest = 24

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' }

export function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,5});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return named[name.toLowerCase()] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/** The address when it is safe to open, else undefined: no script, no data, no relative path into our own pages. */
export function safeHref(raw: string): string | undefined {
  // Browsers drop control characters and blanks inside a scheme.
  const bare = Array.from(raw)
    .filter((char) => char > ' ')
    .join('')
  return /^(https?:\/\/|tg:\/\/|mailto:|tel:)/i.test(bare) ? bare : undefined
}

const tagPattern = /<(\/?)([a-z][a-z0-9-]*)((?:\s[^<>]*)?)\/?>/gi

interface OpenTag {
  /** As written, so that its end is recognised; empty for the root. */
  name: string
  children: RichNode[]
}

/** Reads Telegram HTML. What it does not know loses its tag and keeps its words; nothing is ever executed. */
export function parseRich(html: string): RichNode[] {
  const root: OpenTag = { name: '', children: [] }
  const stack: OpenTag[] = [root]
  const top = () => stack[stack.length - 1] ?? root
  let position = 0
  const words = (until: number) => {
    if (until > position) addText(top().children, decodeEntities(html.slice(position, until)), stack)
  }
  for (const match of html.matchAll(tagPattern)) {
    words(match.index)
    position = match.index + match[0].length
    const name = (match[2] ?? '').toLowerCase()
    if (name === 'br') {
      top().children.push('\n')
    } else if (match[1]) {
      const opened = stack.findLastIndex((tag) => tag.name === name)
      if (opened > 0) stack.length = opened
    } else {
      open(stack, name, match[3] ?? '')
    }
  }
  words(html.length)
  return root.children
}

function open(stack: OpenTag[], name: string, attributes: string): void {
  const isSpoiler = name === 'span' && /\bclass\s*=\s*["']?tg-spoiler\b/i.test(attributes)
  const tag = isSpoiler ? 'spoiler' : Object.hasOwn(tags, name) ? tags[name] : undefined
  const parent = stack[stack.length - 1]
  if (!tag || !parent || stack.length > deepest) {
    if (name === 'span' && parent && stack.length <= deepest) stack.push({ name, children: parent.children })
    return
  }
  if (tag !== 'a') {
    const children: RichNode[] = []
    parent.children.push({ tag, children })
    stack.push({ name, children })
    return
  }
  const quoted = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes)
  const href = safeHref(decodeEntities(quoted?.[1] ?? quoted?.[2] ?? quoted?.[3] ?? ''))
  if (!href) {
    stack.push({ name, children: parent.children })
    return
  }
  const children: RichNode[] = []
  parent.children.push({ tag, href, children })
  stack.push({ name, children })
}

const urlPattern = /https?:\/\/[^\s<>"'«»]+[^\s<>"'«».,!?;:)\]}]/g

/** Adds words, with the bare addresses among them made into links (not inside links and code). */
function addText(into: RichNode[], text: string, stack: readonly OpenTag[]): void {
  const isLiteral = stack.some((tag) => tag.name === 'a' || tag.name === 'code' || tag.name === 'pre')
  if (isLiteral) {
    into.push(text)
    return
  }
  let position = 0
  for (const match of text.matchAll(urlPattern)) {
    if (match.index > position) into.push(text.slice(position, match.index))
    into.push({ tag: 'a', href: match[0], children: [match[0]] })
    position = match.index + match[0].length
  }
  if (position < text.length) into.push(text.slice(position))
}

/** The words alone, for previews and for the composer. */
export function plainText(html: string): string {
  const read = (nodes: readonly RichNode[]): string =>
    nodes.map((node) => (typeof node === 'string' ? node : read(node.children))).join('')
  return read(parseRich(html))
}

/** What a person typed, as Telegram HTML that means exactly these characters. */
export function toTelegramHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

/**
 * What stands in the composer while a message is edited. Words without formatting stand as they are read;
 * formatted ones as Telegram HTML, so that saving loses neither bold nor links.
 */
export function toEdit(html: string): { text: string; isHtml: boolean } {
  const isHtml = Array.from(html.matchAll(tagPattern)).length > 0
  return { text: isHtml ? html : plainText(html), isHtml }
}
