import type { Attachment, Message } from '../types'
import { AlbumGrid } from './AlbumGrid'
import { AttachmentNotice } from './AttachmentNotice'
import c from './Attachments.module.css'
import { DocumentFile } from './DocumentFile'
import { Sticker } from './Sticker'
import { VideoNote } from './VideoNote'
import { VoicePlayer } from './VoicePlayer'

const pictureKinds = new Set(['photo', 'video', 'animation'])

/** The files of a message: pictures together as one grid, the others one under another. */
export function Attachments({ message }: { message: Message }) {
  const isPicture = (file: Attachment) => pictureKinds.has(file.kind)
  const pictures = message.attachments.filter(
    (file) => isPicture(file) && file.state !== 'too_large' && file.state !== 'failed',
  )
  const others = message.attachments.filter((file) => !pictures.includes(file))
  return (
    <div className={c.files}>
      {pictures.length > 0 && <AlbumGrid files={pictures} />}
      {others.map((file) => (
        <OneFile key={file.id} file={file} />
      ))}
    </div>
  )
}

function OneFile({ file }: { file: Attachment }) {
  if (file.state !== 'ready' || !file.url) return <AttachmentNotice file={file} />
  switch (file.kind) {
    case 'voice':
    case 'audio':
      return <VoicePlayer file={file} url={file.url} />
    case 'video_note':
      return <VideoNote file={file} url={file.url} />
    case 'sticker':
      return <Sticker file={file} url={file.url} />
    default:
      return <DocumentFile file={file} url={file.url} />
  }
}
