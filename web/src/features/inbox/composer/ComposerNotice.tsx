import { IconBan } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { phone } from '@/shared/lib/format'
import { nameOf } from '../model'
import { useThread } from '../thread/threadContext'
import c from './ComposerNotice.module.css'

/** Why nothing can be written here, and what can be done instead. */
export function ComposerNotice({ reason }: { reason: 'blocked' | 'forbidden' }) {
  const { t } = useTranslation('inbox')
  const { conversation } = useThread()
  const number = conversation.contact?.phone
  return (
    <div className={c.notice} role="status">
      <IconBan size={18} stroke={1.5} aria-hidden="true" />
      <p className={c.words}>
        {reason === 'forbidden'
          ? t('composer.forbidden')
          : t('composer.blocked', { name: nameOf(conversation) })}{' '}
        {reason === 'blocked' && number && (
          <a className={c.link} href={`tel:${number}`}>
            {t('composer.call', { phone: phone(number) })}
          </a>
        )}
      </p>
    </div>
  )
}
