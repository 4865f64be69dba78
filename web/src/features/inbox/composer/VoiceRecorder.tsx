import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconArrowUp, IconPlayerStopFilled, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { duration } from '@/shared/time/format'
import { type ComposerFile, composingOf, useComposing } from '../composing'
import { addFiles, removeFile } from './files'
import { useRecorder } from './useRecorder'
import c from './VoiceRecorder.module.css'

interface VoiceRecorderProps {
  conversationId: string
  onEnd: () => void
  onSend: (file: ComposerFile) => void
}

/** In place of the composer while somebody speaks: cancel, stop to listen first, or send at once. */
export function VoiceRecorder({ conversationId, onEnd, onSend }: VoiceRecorderProps) {
  const { t } = useTranslation('inbox')
  const { state, seconds, levels, stop } = useRecorder()
  const finish = async (isSentNow: boolean) => {
    const recording = await stop()
    if (!recording) return
    const [id] = addFiles(conversationId, [{ ...recording, kind: 'voice' }])
    onEnd()
    if (isSentNow && id) sendWhenUploaded(conversationId, id, onSend)
  }
  if (state === 'denied' || state === 'unavailable' || state === 'failed') {
    return (
      <div className={c.bar} role="alert">
        <p className={c.problem}>{t(`voice.${state}`)}</p>
        <Button variant="default" size="xs" onClick={onEnd}>
          {t('voice.back')}
        </Button>
      </div>
    )
  }
  return (
    <div className={c.bar}>
      <Tooltip label={t('voice.cancel')}>
        <ActionIcon size={36} color="red" aria-label={t('voice.cancel')} onClick={onEnd}>
          <IconTrash size={20} stroke={1.5} />
        </ActionIcon>
      </Tooltip>
      <span className={c.dot} data-on={state === 'recording' || undefined} aria-hidden="true" />
      <span className={c.time} role="timer" aria-label={t('voice.recording')}>
        {duration(seconds)}
      </span>
      <span className={c.levels} aria-hidden="true">
        {levels.map((level, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
          <span key={index} className={c.level} style={{ height: `${Math.round(10 + level * 90)}%` }} />
        ))}
      </span>
      <Tooltip label={t('voice.stop')}>
        <ActionIcon
          size={36}
          disabled={state !== 'recording'}
          aria-label={t('voice.stop')}
          onClick={() => void finish(false)}
        >
          <IconPlayerStopFilled size={20} />
        </ActionIcon>
      </Tooltip>
      <ActionIcon
        size={36}
        variant="filled"
        color="petrol"
        radius="xl"
        loading={state === 'packing'}
        disabled={state !== 'recording'}
        aria-label={t('voice.send')}
        onClick={() => void finish(true)}
      >
        <IconArrowUp size={20} stroke={1.75} />
      </ActionIcon>
    </div>
  )
}

/** A failed upload leaves the recording in the composer, where it can be tried again. */
function sendWhenUploaded(conversationId: string, id: string, onSend: (file: ComposerFile) => void): void {
  const look = () => {
    const file = composingOf(conversationId).files.find((entry) => entry.id === id)
    if (file?.state === 'uploading') return
    stopWatching()
    if (file?.state !== 'ready') return
    onSend(file)
    removeFile(conversationId, id)
  }
  const stopWatching = useComposing.subscribe(look)
}
