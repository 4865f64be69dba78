import {
  type Icon,
  IconAlertCircle,
  IconBan,
  IconCheck,
  IconClock,
  IconHelpCircle,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import c from './DeliveryMark.module.css'

const marks = {
  queued: { icon: IconClock, text: 'state.queued' },
  sending: { icon: IconClock, text: 'state.sending' },
  sent: { icon: IconCheck, text: 'state.sent' },
  failed: { icon: IconAlertCircle, text: 'state.failed' },
  unknown: { icon: IconHelpCircle, text: 'state.unknown' },
  cancelled: { icon: IconBan, text: 'state.cancelled' },
} as const satisfies Record<string, { icon: Icon; text: string }>

/** How far a message got. */
export function DeliveryMark({ state }: { state: string }) {
  const { t } = useTranslation('inbox')
  if (!(state in marks)) return null
  const { icon: Icon, text } = marks[state as keyof typeof marks]
  return (
    <span className={c.mark} data-state={state} title={t(text)}>
      <Icon size={14} stroke={1.75} aria-hidden="true" />
      <span className="visually-hidden">{t(text)}</span>
    </span>
  )
}
