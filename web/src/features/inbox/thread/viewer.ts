import { create } from 'zustand'
import type { Attachment } from '../types'

interface ViewerStore {
  files: readonly Attachment[]
  index: number
}

export const useViewer = create<ViewerStore>()(() => ({ files: [], index: 0 }))

export function openViewer(files: readonly Attachment[], id: string): void {
  const ready = files.filter((file) => file.state === 'ready' && file.url)
  useViewer.setState({
    files: ready,
    index: Math.max(
      0,
      ready.findIndex((file) => file.id === id),
    ),
  })
}

export function closeViewer(): void {
  useViewer.setState({ files: [], index: 0 })
}

export function turn(by: 1 | -1): void {
  useViewer.setState(({ files, index }) => ({ index: Math.min(files.length - 1, Math.max(0, index + by)) }))
}
