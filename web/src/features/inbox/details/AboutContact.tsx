import { Badge, Button, CopyButton, UnstyledButton } from '@mantine/core'
import {
  IconBrandTelegram,
  IconCheck,
  IconCopy,
  IconLanguage,
  IconMail,
  IconPhone,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { phone } from '@/shared/lib/format'
import { ErrorState } from '@/shared/ui/ErrorState'
import { PersonAvatar } from '@/shared/ui/PersonAvatar'
import { FormSkeleton } from '@/shared/ui/skeletons'
import { contactQuery } from '../api'
import type { Contact, Conversation } from '../types'
import c from './AboutContact.module.css'
import { ContactForm } from './ContactForm'
import { Section } from './Section'

export function AboutContact({ contactId, conversation }: { contactId: string; conversation: Conversation }) {
  const { t } = useTranslation('inbox')
  const { data: contact, error, refetch } = useQuery(contactQuery(contactId))
  const [isEditing, setEditing] = useState(false)
  if (error && !contact) return <ErrorState error={error} onReload={() => void refetch()} />
  if (!contact) return <FormSkeleton fields={4} />
  return (
    <Section
      title={t('contact.title')}
      action={
        !isEditing && (
          <Button variant="subtle" size="compact-xs" onClick={() => setEditing(true)}>
            {t('contact.edit')}
          </Button>
        )
      }
    >
      {isEditing ? (
        <ContactForm contact={contact} onEnd={() => setEditing(false)} />
      ) : (
        <Card contact={contact} username={usernameOf(contact, conversation)} />
      )}
    </Section>
  )
}

function usernameOf(contact: Contact, conversation: Conversation): string {
  return (
    conversation.contact?.username ||
    contact.identities?.find((one) => one.channel === 'telegram')?.username ||
    ''
  )
}

function Card({ contact, username }: { contact: Contact; username: string }) {
  const { t, i18n } = useTranslation('inbox')
  const language = contact.language
    ? (new Intl.DisplayNames([i18n.language], { type: 'language' }).of(contact.language) ?? contact.language)
    : ''
  return (
    <div>
      <div className={c.who}>
        <PersonAvatar name={contact.name} id={contact.id} size={48} />
        <div className={c.words}>
          <div className={c.name}>{contact.name || t('unnamed')}</div>
          {username && (
            <a className={c.link} href={`https://t.me/${username}`} target="_blank" rel="noopener noreferrer">
              <IconBrandTelegram size={14} stroke={1.5} aria-hidden="true" />@{username}
            </a>
          )}
        </div>
      </div>
      <ul className={c.facts}>
        <Fact icon={<IconPhone size={16} stroke={1.5} />} label={t('contact.phone')} copies={contact.phone}>
          {contact.phone ? <a href={`tel:${contact.phone}`}>{phone(contact.phone)}</a> : null}
        </Fact>
        <Fact icon={<IconMail size={16} stroke={1.5} />} label={t('contact.email')} copies={contact.email}>
          {contact.email ? <a href={`mailto:${contact.email}`}>{contact.email}</a> : null}
        </Fact>
        <Fact icon={<IconLanguage size={16} stroke={1.5} />} label={t('contact.language')} copies="">
          {language || null}
        </Fact>
      </ul>
      {contact.tags.length > 0 && (
        <div className={c.tags}>
          {contact.tags.map((tag) => (
            <Badge key={tag} color="gray">
              {tag}
            </Badge>
          ))}
        </div>
      )}
      {contact.notes && <p className={c.notes}>{contact.notes}</p>}
    </div>
  )
}

interface FactProps {
  icon: React.ReactNode
  label: string
  copies: string
  children: React.ReactNode
}

function Fact({ icon, label, copies, children }: FactProps) {
  const { t } = useTranslation('inbox')
  return (
    <li className={c.fact} title={label}>
      <span className={c.icon} aria-hidden="true">
        {icon}
      </span>
      <span className="visually-hidden">{label}</span>
      <span className={c.value}>
        {children ?? <span className={c.none}>{t('contact.none', { field: label })}</span>}
      </span>
      {copies && (
        <CopyButton value={copies}>
          {({ copied, copy }) => (
            <UnstyledButton
              className={c.copy ?? ''}
              aria-label={t('contact.copy', { field: label })}
              onClick={copy}
            >
              {copied ? <IconCheck size={14} stroke={1.5} /> : <IconCopy size={14} stroke={1.5} />}
            </UnstyledButton>
          )}
        </CopyButton>
      )}
    </li>
  )
}
