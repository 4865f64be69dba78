import { UnstyledButton } from '@mantine/core'
import { IconCloudDownload, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import type { Attachment } from '../types'
import c from './AlbumGrid.module.css'
import { albumSpans, fitPicture } from './picture'
import { openViewer } from './viewer'

/** One picture in its own shape, or several as a tight grid. A click opens the viewer. */
export function AlbumGrid({ files }: { files: readonly Attachment[] }) {
  const [only] = files
  if (files.length === 1 && only) {
    return (
      <div className={c.single} style={fitPicture(only.width, only.height)}>
        <Tile file={only} files={files} />
      </div>
    )
  }
  const spans = albumSpans(files.length)
  return (
    <div className={c.grid}>
      {files.map((file, index) => (
        <div key={file.id} className={c.cell} style={{ gridColumn: `span ${spans[index] ?? 2}` }}>
          <Tile file={file} files={files} />
        </div>
      ))}
    </div>
  )
}

function Tile({ file, files }: { file: Attachment; files: readonly Attachment[] }) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const label = t(file.kind === 'video' ? 'file.openVideo' : 'file.openPhoto', { name: file.name })
  if (file.state !== 'ready' || !file.url) {
    return (
      <div className={c.pending} role="img" aria-label={t('file.pending')}>
        <IconCloudDownload size={22} stroke={1.5} />
      </div>
    )
  }
  return (
    <UnstyledButton className={c.tile ?? ''} aria-label={label} onClick={() => openViewer(files, file.id)}>
      {file.kind === 'animation' && file.mime.startsWith('video/') ? (
        <video className={c.picture} src={file.url} autoPlay={!prefersStill()} muted loop playsInline />
      ) : file.kind === 'video' ? (
        <>
          {file.thumb_url ? (
            <img className={c.picture} src={file.thumb_url} alt="" loading="lazy" />
          ) : (
            <video className={c.picture} src={`${file.url}#t=0.1`} preload="metadata" muted playsInline />
          )}
          <span className={c.play}>
            <IconPlayerPlayFilled size={22} />
          </span>
        </>
      ) : (
        <img className={c.picture} src={file.thumb_url || file.url} alt="" loading="lazy" />
      )}
      {file.duration > 0 && <span className={c.duration}>{format.duration(file.duration)}</span>}
    </UnstyledButton>
  )
}

function prefersStill(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches
}
