import { newKey, upload } from '@/shared/api/client'
import { type ComposerFile, changeFile, compose, composingOf } from '../composing'
import type { Media } from '../types'
import { kindOfFile } from './compose'

interface Source {
  file: File
  abort: AbortController
}

// Files and running uploads cannot live in a store that is copied and kept.
const sources = new Map<string, Source>()

export interface NewFile {
  file: File
  kind?: string
  /** Seconds. */
  duration?: number
}

/** Takes files into the composer and sends each to the server at once; answers with their ids. */
export function addFiles(conversationId: string, files: readonly NewFile[]): string[] {
  const added: ComposerFile[] = files.map(({ file, kind, duration = 0 }) => ({
    id: newKey(),
    name: file.name,
    size: file.size,
    mime: file.type,
    kind: kind ?? kindOfFile(file.type, false),
    preview: /^(image|video|audio)\//.test(file.type) ? URL.createObjectURL(file) : '',
    share: 0,
    state: 'uploading',
    duration,
  }))
  added.forEach((entry, index) => {
    const file = files[index]?.file
    if (file) sources.set(entry.id, { file, abort: new AbortController() })
  })
  compose(conversationId, { files: [...composingOf(conversationId).files, ...added] })
  for (const { id } of added) void send(conversationId, id)
  return added.map(({ id }) => id)
}

async function send(conversationId: string, id: string): Promise<void> {
  const source = sources.get(id)
  const entry = composingOf(conversationId).files.find((file) => file.id === id)
  if (!source || !entry) return
  const form = new FormData()
  // Fields before the file: the server knows what comes when it begins to read it.
  if (entry.kind === 'voice') form.append('kind', 'voice')
  form.append('file', source.file, source.file.name)
  try {
    const media = await upload<Media>('/api/media', form, {
      signal: source.abort.signal,
      onProgress: (share) => changeFile(conversationId, id, { share }),
    })
    changeFile(conversationId, id, { state: 'ready', share: 1, media })
  } catch (error) {
    if (source.abort.signal.aborted) return
    changeFile(conversationId, id, { state: 'failed', error })
  }
}

export function retryFile(conversationId: string, id: string): void {
  const source = sources.get(id)
  if (!source) return
  sources.set(id, { file: source.file, abort: new AbortController() })
  changeFile(conversationId, id, { state: 'uploading', share: 0, error: undefined })
  void send(conversationId, id)
}

export function removeFile(conversationId: string, id: string): void {
  sources.get(id)?.abort.abort()
  sources.delete(id)
  const { files } = composingOf(conversationId)
  const gone = files.find((file) => file.id === id)
  if (gone?.preview) URL.revokeObjectURL(gone.preview)
  compose(conversationId, { files: files.filter((file) => file.id !== id) })
}

/** A picture as it is, uncompressed, or as a photo that opens in the chat. */
export function toggleDocument(conversationId: string, id: string): void {
  const file = composingOf(conversationId).files.find((entry) => entry.id === id)
  if (file) changeFile(conversationId, id, { kind: kindOfFile(file.mime, file.kind !== 'document') })
}
