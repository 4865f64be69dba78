import { useNetwork } from '@mantine/hooks'
import { IconCloudOff } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '../api/events'
import c from './OfflineBanner.module.css'

// A stream that is back within this time was not worth a word.
const patienceMs = 4_000

/** Says that what is on the page may be old, as soon as that is likely. */
export function OfflineBanner() {
  const { t } = useTranslation()
  const { online } = useNetwork()
  const isBroken = useLive((live) => live.state === 'waiting')
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    if (!isBroken) {
      setLong(false)
      return
    }
    const timer = setTimeout(() => setLong(true), patienceMs)
    return () => clearTimeout(timer)
  }, [isBroken])
  if (online && !isLong) return null
  return (
    <div className={c.banner} role="status">
      <IconCloudOff size={16} stroke={1.5} aria-hidden="true" />
      {online ? t('offline.stream') : t('offline.browser')}
    </div>
  )
}
