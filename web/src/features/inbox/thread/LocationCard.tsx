import { IconMapPin } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import c from './cards.module.css'

interface LocationCardProps {
  location: { lat: number; lon: number; title?: string | undefined }
}

/** A place. The map opens elsewhere: nothing of the customer is told to a map server by looking. */
export function LocationCard({ location: { lat, lon, title } }: LocationCardProps) {
  const { t } = useTranslation('inbox')
  const href = `https://www.google.com/maps/search/?api=1&query=${lat},${lon}`
  return (
    <div className={c.card}>
      <span className={c.pin}>
        <IconMapPin size={22} stroke={1.5} aria-hidden="true" />
      </span>
      <div className={c.words}>
        <div className={c.title}>{title || t('kind.location')}</div>
        <a className={c.link} href={href} target="_blank" rel="noopener noreferrer">
          {t('thread.openMap')}
        </a>
        <span className={c.small}>
          {lat.toFixed(5)}, {lon.toFixed(5)}
        </span>
      </div>
    </div>
  )
}
