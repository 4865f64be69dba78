import { IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { phone } from '@/shared/lib/format'
import { PersonAvatar } from '@/shared/ui/PersonAvatar'
import c from './cards.module.css'

/** A contact that somebody shared in the chat. */
export function ContactCard({ card }: { card: { name: string; phone: string } }) {
  const { t } = useTranslation('inbox')
  // Telegram sends numbers with and without the plus.
  const number = /^\d{9,15}$/.test(card.phone) ? `+${card.phone}` : card.phone
  return (
    <div className={c.card}>
      <PersonAvatar name={card.name || number} size={40} />
      <div className={c.words}>
        <div className={c.title}>{card.name || t('kind.contact')}</div>
        <a className={c.link} href={`tel:${number.replace(/[^+\d]/g, '')}`}>
          <IconPhone size={14} stroke={1.5} aria-hidden="true" /> {phone(number)}
        </a>
      </div>
    </div>
  )
}
