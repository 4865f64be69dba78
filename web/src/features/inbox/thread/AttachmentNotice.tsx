import { IconCloudDownload, IconFileAlert, IconFileOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import { isNamedKind } from '../list/preview'
import type { Attachment } from '../types'
import c from './DocumentFile.module.css'

/** A file that is not here: still on its way, too large for Telegram to hand out, or lost. */
export function AttachmentNotice({ file }: { file: Attachment }) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const name = file.name || (isNamedKind(file.kind) ? t(`kind.${file.kind}`) : t('kind.document'))
  const Icon =
    file.state === 'pending' ? IconCloudDownload : file.state === 'too_large' ? IconFileAlert : IconFileOff
  const words =
    file.state === 'pending'
      ? t('file.pending')
      : file.state === 'too_large'
        ? t('file.tooLarge')
        : t('file.failed')
  return (
    <div className={c.file} data-state={file.state}>
      <span className={c.icon}>
        <Icon size={20} stroke={1.5} aria-hidden="true" />
      </span>
      <span className={c.words}>
        <span className={c.name}>{name}</span>
        <span className={c.size}>
          {words}
          {file.size > 0 && ` · ${format.size(file.size)}`}
        </span>
        {file.state === 'failed' && file.error && <code className={c.error}>{file.error}</code>}
      </span>
    </div>
  )
}
