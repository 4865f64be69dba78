import { IconPlayerPlayFilled } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { duration } from '@/shared/time/format'
import type { Attachment } from '../types'
import { startAlone } from './player'
import c from './VideoNote.module.css'

/** A round video message: a click plays it with sound. */
export function VideoNote({ file, url }: { file: Attachment; url: string }) {
  const { t } = useTranslation('inbox')
  const video = useRef<HTMLVideoElement>(null)
  const [isPlaying, setPlaying] = useState(false)
  return (
    <button
      type="button"
      className={c.note}
      aria-label={isPlaying ? t('player.pause') : t('player.playNote')}
      onClick={() => {
        const media = video.current
        if (!media) return
        if (media.paused) startAlone(media)
        else media.pause()
      }}
    >
      <video
        ref={video}
        className={c.video}
        src={file.thumb_url ? url : `${url}#t=0.1`}
        poster={file.thumb_url ?? ''}
        preload="metadata"
        playsInline
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
      >
        <track kind="captions" />
      </video>
      {!isPlaying && (
        <span className={c.play}>
          <IconPlayerPlayFilled size={24} />
        </span>
      )}
      {file.duration > 0 && <span className={c.time}>{duration(file.duration)}</span>}
    </button>
  )
}
