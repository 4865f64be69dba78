import { useTranslation } from 'react-i18next'
import type { Attachment } from '../types'
import c from './Sticker.module.css'

export function Sticker({ file, url }: { file: Attachment; url: string }) {
  const { t } = useTranslation('inbox')
  if (file.mime === 'video/webm') {
    return (
      <video className={c.sticker} src={url} autoPlay muted loop playsInline aria-label={t('kind.sticker')} />
    )
  }
  // A vector animation is shown by its picture.
  const still = file.mime === 'image/webp' || file.mime === 'image/png' ? url : file.thumb_url
  if (still) return <img className={c.sticker} src={still} alt={t('kind.sticker')} loading="lazy" />
  return <div className={c.none}>{t('file.animatedSticker')}</div>
}
