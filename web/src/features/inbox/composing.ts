import { create } from 'zustand'
import { currentCompany } from '@/shared/api/company'
import type { LocalDraft } from './composer/compose'
import { toEdit } from './thread/richText'
import type { Media, ReplyTo } from './types'

/** A file in the composer, from the moment it was chosen. */
export interface ComposerFile {
  id: string
  name: string
  size: number
  mime: string
  kind: string
  /** Object URL of a picture, empty for other files. */
  preview: string
  /** 0..1 */
  share: number
  state: 'uploading' | 'ready' | 'failed'
  error?: unknown
  media?: Media
  /** Seconds, of a voice message. */
  duration: number
}

/** What stands in the composer of one conversation. */
export interface Composing {
  text: string
  replyTo?: ReplyTo | undefined
  /** The message whose text is being changed, as words or as Telegram HTML; `kept` is the draft that waits meanwhile. */
  editing?: { id: string; kept: string; isHtml: boolean } | undefined
  files: readonly ComposerFile[]
  isDirty: boolean
}

interface ComposingStore {
  byConversation: Readonly<Record<string, Composing>>
}

const nothing: Composing = { text: '', files: [], isDirty: false }

export const useComposing = create<ComposingStore>()(() => ({ byConversation: {} }))

export function composingOf(id: string): Composing {
  return useComposing.getState().byConversation[id] ?? nothing
}

export function selectComposing(id: string): (store: ComposingStore) => Composing {
  return (store) => store.byConversation[id] ?? nothing
}

const storageKey = (id: string) => `cartie-draft-${currentCompany() ?? ''}-${id}`

/** The copy in this browser survives a crash, a closed tab and a server that is away. */
export function readLocalDraft(id: string): LocalDraft | undefined {
  try {
    const kept = localStorage.getItem(storageKey(id))
    return kept ? (JSON.parse(kept) as LocalDraft) : undefined
  } catch {
    return undefined
  }
}

function keepLocally(id: string, now: Composing): void {
  const text = now.editing ? now.editing.kept : now.text
  try {
    if (!text) localStorage.removeItem(storageKey(id))
    else {
      const draft: LocalDraft = { text, replyToId: now.replyTo?.id ?? '', isDirty: now.isDirty }
      localStorage.setItem(storageKey(id), JSON.stringify(draft))
    }
  } catch {
    // Storage is full or forbidden: the text still stands on the page and goes to the server.
  }
}

export function compose(id: string, change: Partial<Composing>): void {
  const now = { ...composingOf(id), ...change }
  useComposing.setState(({ byConversation }) => ({ byConversation: { ...byConversation, [id]: now } }))
  if ('text' in change || 'replyTo' in change || 'isDirty' in change) keepLocally(id, now)
}

export function setText(id: string, text: string): void {
  compose(id, { text, isDirty: true })
}

export function replyTo(id: string, message: ReplyTo): void {
  const now = composingOf(id)
  compose(id, {
    replyTo: message,
    isDirty: true,
    ...(now.editing ? { editing: undefined, text: now.editing.kept } : {}),
  })
}

export function beginEdit(id: string, messageId: string, html: string): void {
  const now = composingOf(id)
  const { text, isHtml } = toEdit(html)
  const editing = { id: messageId, kept: now.editing?.kept ?? now.text, isHtml }
  compose(id, { editing, text, replyTo: undefined })
}

export function endEdit(id: string): void {
  const now = composingOf(id)
  if (now.editing) compose(id, { editing: undefined, text: now.editing.kept })
}

export function changeFile(id: string, fileId: string, change: Partial<ComposerFile>): void {
  const files = composingOf(id).files.map((file) => (file.id === fileId ? { ...file, ...change } : file))
  compose(id, { files })
}

/** After sending: everything went into the outbox. */
export function clearComposer(id: string): void {
  for (const file of composingOf(id).files) if (file.preview) URL.revokeObjectURL(file.preview)
  compose(id, { text: '', replyTo: undefined, files: [], isDirty: false, editing: undefined })
}
