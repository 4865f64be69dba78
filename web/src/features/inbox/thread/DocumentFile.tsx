import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import type { Attachment } from '../types'
import c from './DocumentFile.module.css'

export function DocumentFile({ file, url }: { file: Attachment; url: string }) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const name = file.name || t('kind.document')
  return (
    <a className={c.file} href={url} download={name} aria-label={t('file.download', { name })}>
      <span className={c.icon}>
        <IconDownload size={20} stroke={1.5} aria-hidden="true" />
      </span>
      <span className={c.words}>
        <span className={c.name}>{name}</span>
        {file.size > 0 && <span className={c.size}>{format.size(file.size)}</span>}
      </span>
    </a>
  )
}
