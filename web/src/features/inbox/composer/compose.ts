import { languages } from '@/shared/i18n'
import type { CannedReply, Draft, Texts } from '../types'

/** Telegram's limits, in UTF-16 units of the text without its markup. */
export const textLimit = 4_096
export const captionLimit = 1_024
/** The counter appears when this many characters are left. */
export const counterFrom = 200
/** Files in one album. */
export const albumLimit = 10

export function limitOf(hasFiles: boolean): number {
  return hasFiles ? captionLimit : textLimit
}

// ---- files

export interface OutFile {
  mediaId: string
  kind: string
}

export interface OutPart {
  text: string
  files: OutFile[]
}

const family: Record<string, string> = {
  photo: 'picture',
  video: 'picture',
  document: 'document',
  audio: 'audio',
}

/**
 * Telegram shows photos and videos in one album, documents in another, audio in a third; a voice message
 * or an animation stands alone. Each group of at most ten becomes a message; the words go with the first.
 */
export function splitIntoMessages(text: string, files: readonly OutFile[]): OutPart[] {
  if (files.length === 0) return text ? [{ text, files: [] }] : []
  const groups: { family: string; files: OutFile[] }[] = []
  for (const file of files) {
    const name = family[file.kind]
    const open = name
      ? groups.find((group) => group.family === name && group.files.length < albumLimit)
      : undefined
    if (open) open.files.push(file)
    else groups.push({ family: name ?? '', files: [file] })
  }
  return groups.map((group, index) => ({ text: index === 0 ? text : '', files: group.files }))
}

/** How Telegram will show a file that is sent. */
export function kindOfFile(mime: string, asDocument: boolean): string {
  if (asDocument) return 'document'
  if (mime === 'image/gif') return 'animation'
  if (mime === 'image/jpeg' || mime === 'image/png' || mime === 'image/webp') return 'photo'
  if (mime === 'video/mp4') return 'video'
  if (mime === 'audio/mpeg' || mime === 'audio/mp4' || mime === 'audio/x-m4a') return 'audio'
  return 'document'
}

// ---- canned answers

export interface Variables {
  name: string
  first_name: string
  manager: string
  company: string
  phone: string
}

/** `{first_name}` and the like by their values. What is unknown goes, and the comma before it too. */
export function expand(text: string, values: Variables): string {
  return text.replace(
    /(,?[ \t]*)\{(name|first_name|manager|company|phone)\}/g,
    (_whole, lead: string, key) => {
      const value = values[key as keyof Variables]
      return value ? lead + value : ''
    },
  )
}

function base(tag: string): string {
  return tag.slice(0, 2).toLowerCase()
}

/** The text in the customer's language, else the company's, else whatever there is. */
export function textIn(texts: Partial<Texts>, ...wanted: string[]): string {
  for (const tag of [...wanted.map(base), ...languages]) {
    const found = texts[tag as keyof Texts]
    if (found) return found
  }
  return ''
}

/** What follows the slash, when the whole text so far is a slash and a word. */
export function slashQuery(text: string): string | undefined {
  return /^\/([\p{L}\p{N}_-]{0,40})$/u.exec(text)?.[1]
}

/** Shortcuts that begin with the query first, then titles that contain it. */
export function findCanned(all: readonly CannedReply[], query: string): CannedReply[] {
  const wanted = query.toLocaleLowerCase()
  const score = (reply: CannedReply) => {
    const shortcut = reply.shortcut.toLocaleLowerCase().replace(/^\//, '')
    if (shortcut.startsWith(wanted)) return 2
    return reply.title.toLocaleLowerCase().includes(wanted) ? 1 : 0
  }
  return all
    .map((reply) => ({ reply, score: score(reply) }))
    .filter((entry) => entry.score > 0)
    .sort((a, b) => b.score - a.score || a.reply.shortcut.localeCompare(b.reply.shortcut))
    .slice(0, 8)
    .map((entry) => entry.reply)
}

// ---- drafts

/** What this browser keeps of a text that is not sent. */
export interface LocalDraft {
  text: string
  replyToId: string
  /** The server has not confirmed this text. */
  isDirty: boolean
}

/** Which text stands in the composer: what was typed here and not yet kept wins; else what another device left. */
export function chooseDraft(local: LocalDraft | undefined, server: Draft | undefined): LocalDraft {
  if (local?.isDirty) return local
  if (server) return { text: server.text, replyToId: server.reply_to_id ?? '', isDirty: false }
  return local ?? { text: '', replyToId: '', isDirty: false }
}
