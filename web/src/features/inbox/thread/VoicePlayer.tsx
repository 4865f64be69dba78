import { ActionIcon } from '@mantine/core'
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { duration } from '@/shared/time/format'
import type { Attachment } from '../types'
import { startAlone } from './player'
import c from './VoicePlayer.module.css'

const speeds = [1, 1.5, 2] as const

/** A voice message or a piece of music. */
export function VoicePlayer({
  file,
  url,
}: {
  file: Pick<Attachment, 'kind' | 'name' | 'duration'>
  url: string
}) {
  const { t } = useTranslation('inbox')
  const audio = useRef<HTMLAudioElement>(null)
  const [isPlaying, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(file.duration)
  const [speed, setSpeed] = useState<(typeof speeds)[number]>(1)
  const [isBroken, setBroken] = useState(false)

  const toggle = () => {
    const media = audio.current
    if (!media) return
    if (media.paused) startAlone(media)
    else media.pause()
  }
  const nextSpeed = () => {
    const next = speeds[(speeds.indexOf(speed) + 1) % speeds.length] ?? 1
    setSpeed(next)
    if (audio.current) audio.current.playbackRate = next
  }
  return (
    <div className={c.player}>
      {/* biome-ignore lint/a11y/useMediaCaption: what customers record has no captions */}
      <audio
        ref={audio}
        src={url}
        preload="none"
        onPlay={(event) => {
          event.currentTarget.playbackRate = speed
          setPlaying(true)
        }}
        onPause={() => setPlaying(false)}
        onEnded={() => {
          setPlaying(false)
          setAt(0)
        }}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={(event) => {
          const known = event.currentTarget.duration
          if (Number.isFinite(known) && known > 0) setLength(known)
        }}
        onError={() => setBroken(true)}
      />
      <ActionIcon
        className={c.play ?? ''}
        variant="filled"
        color="petrol"
        radius="xl"
        size={38}
        aria-label={isPlaying ? t('player.pause') : t('player.play')}
        onClick={toggle}
      >
        {isPlaying ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
      </ActionIcon>
      <div className={c.middle}>
        {file.kind === 'audio' && file.name && <span className={c.name}>{file.name}</span>}
        <input
          className={c.track}
          type="range"
          min={0}
          max={Math.max(length, 0.1)}
          step={0.1}
          value={Math.min(at, length)}
          aria-label={t('player.position')}
          aria-valuetext={`${duration(at)} / ${duration(length)}`}
          onChange={(event) => {
            const seconds = Number(event.currentTarget.value)
            setAt(seconds)
            if (audio.current) audio.current.currentTime = seconds
          }}
        />
        <span className={c.time}>
          {isBroken
            ? t('player.broken')
            : isPlaying || at > 0
              ? `${duration(at)} / ${duration(length)}`
              : duration(length)}
        </span>
      </div>
      <button type="button" className={c.speed} aria-label={t('player.speed', { speed })} onClick={nextSpeed}>
        {speed}×
      </button>
    </div>
  )
}
