import { ActionIcon, Progress, Tooltip } from '@mantine/core'
import { IconFile, IconFileTypeDoc, IconPhoto, IconReload, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { sentenceOf } from '@/shared/api/sentence'
import { useFormat } from '@/shared/time/useFormat'
import { type ComposerFile, selectComposing, useComposing } from '../composing'
import { VoicePlayer } from '../thread/VoicePlayer'
import c from './FileTray.module.css'
import { removeFile, retryFile, toggleDocument } from './files'

/** Files that will go with the message. */
export function FileTray({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation('inbox')
  const { files } = useComposing(selectComposing(conversationId))
  if (files.length === 0) return null
  return (
    <ul className={c.tray} aria-label={t('composer.files')}>
      {files.map((file) => (
        <TrayFile key={file.id} file={file} conversationId={conversationId} />
      ))}
    </ul>
  )
}

function TrayFile({ file, conversationId }: { file: ComposerFile; conversationId: string }) {
  const { t, i18n } = useTranslation('inbox')
  const format = useFormat()
  const isPicture = file.mime.startsWith('image/') && file.preview !== ''
  const asDocument = file.kind === 'document'
  return (
    <li className={c.file} data-state={file.state}>
      {isPicture ? (
        <img className={c.picture} src={file.preview} alt="" />
      ) : (
        file.kind !== 'voice' && (
          <span className={c.icon}>
            <IconFile size={20} stroke={1.5} aria-hidden="true" />
          </span>
        )
      )}
      <div className={c.words}>
        {file.kind === 'voice' && file.preview ? (
          <VoicePlayer file={file} url={file.preview} />
        ) : (
          <span className={c.name}>{file.name}</span>
        )}
        {file.state === 'uploading' && (
          <Progress size={4} value={file.share * 100} aria-label={t('file.uploading', { name: file.name })} />
        )}
        {file.state === 'failed' && (
          <span className={c.error} role="alert">
            {sentenceOf(file.error, i18n.t, i18n.language, 'inbox')}
          </span>
        )}
        {file.state === 'ready' && file.kind !== 'voice' && (
          <span className={c.size}>{format.size(file.size)}</span>
        )}
      </div>
      {file.state === 'failed' && (
        <ActionIcon
          size={28}
          aria-label={t('file.tryAgain')}
          onClick={() => retryFile(conversationId, file.id)}
        >
          <IconReload size={16} stroke={1.5} />
        </ActionIcon>
      )}
      {isPicture && file.state !== 'failed' && (
        <Tooltip label={t(asDocument ? 'file.asPhoto' : 'file.asFile')}>
          <ActionIcon
            size={28}
            aria-label={t(asDocument ? 'file.asPhoto' : 'file.asFile')}
            onClick={() => toggleDocument(conversationId, file.id)}
          >
            {asDocument ? <IconPhoto size={16} stroke={1.5} /> : <IconFileTypeDoc size={16} stroke={1.5} />}
          </ActionIcon>
        </Tooltip>
      )}
      <ActionIcon
        size={28}
        aria-label={t('file.remove', { name: file.name })}
        onClick={() => removeFile(conversationId, file.id)}
      >
        <IconX size={16} stroke={1.5} />
      </ActionIcon>
    </li>
  )
}
