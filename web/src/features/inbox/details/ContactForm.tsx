import { Button, Group, Select, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, toApiError } from '@/shared/api/problem'
import { sentenceOf } from '@/shared/api/sentence'
import { FormError } from '@/shared/ui/FormError'
import { type ContactPatch, changeContact, contactQuery, keys } from '../api'
import {
  type ContactField,
  type ContactValues,
  changedFields,
  combine,
  conflictingFields,
  contactFields,
  contactValues,
} from '../model'
import type { Contact } from '../types'
import { ContactConflict } from './ContactConflict'
import c from './ContactForm.module.css'

interface ContactFormProps {
  contact: Contact
  onEnd: () => void
}

/** Changes a contact. Somebody else's change meanwhile is shown beside mine; nothing typed is lost. */
export function ContactForm({ contact, onEnd }: ContactFormProps) {
  const { t, i18n } = useTranslation('inbox')
  const client = useQueryClient()
  const [base, setBase] = useState(contact)
  const [mine, setMine] = useState<ContactValues>(contactValues(contact))
  const [theirs, setTheirs] = useState<Contact | undefined>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)

  const set = <F extends ContactField>(field: F, value: ContactValues[F]) =>
    setMine((now) => ({ ...now, [field]: value }))

  const save = async (from: Contact, values: ContactValues) => {
    const changed = changedFields(contactValues(from), values)
    if (changed.length === 0) return onEnd()
    const patch = Object.fromEntries(changed.map((field) => [field, values[field]])) as ContactPatch
    setBusy(true)
    setError(undefined)
    try {
      client.setQueryData<Contact>(
        keys.contact(contact.id),
        await changeContact(contact.id, patch, from.version),
      )
      onEnd()
    } catch (thrown) {
      const problem = toApiError(thrown)
      if (problem.code === 'stale' || problem.kind === 'stale') await meet(values)
      else setError(problem)
    } finally {
      setBusy(false)
    }
  }

  /** Somebody saved first: what does not clash joins by itself, the rest is asked. */
  const meet = async (values: ContactValues) => {
    try {
      const current = await client.fetchQuery({ ...contactQuery(contact.id), staleTime: 0 })
      const clash = conflictingFields(contactValues(base), values, contactValues(current))
      if (clash.length > 0) {
        setTheirs(current)
        return
      }
      const joined = combine(contactValues(base), values, contactValues(current))
      setBase(current)
      setMine(joined)
      await save(current, joined)
    } catch (thrown) {
      setError(thrown)
    }
  }

  const choose = (takeTheirs: readonly ContactField[]) => {
    if (!theirs) return
    const joined = combine(contactValues(base), mine, contactValues(theirs), takeTheirs)
    setBase(theirs)
    setMine(joined)
    setTheirs(undefined)
    void save(theirs, joined)
  }

  if (theirs) {
    return (
      <ContactConflict
        fields={conflictingFields(contactValues(base), mine, contactValues(theirs))}
        mine={mine}
        theirs={contactValues(theirs)}
        busy={busy}
        onChoose={choose}
        onBack={() => setTheirs(undefined)}
      />
    )
  }
  const fieldError = (field: ContactField) =>
    error instanceof ApiError && error.fields[field] !== undefined
      ? sentenceOf(error, i18n.t, i18n.language, 'inbox')
      : undefined
  const isElsewhere = error !== undefined && !contactFields.some((field) => fieldError(field))
  return (
    <form
      className={c.form}
      onSubmit={(event) => {
        event.preventDefault()
        void save(base, mine)
      }}
    >
      {isElsewhere && <FormError error={error} namespace="inbox" />}
      <TextInput
        label={t('contact.name')}
        value={mine.name}
        error={fieldError('name')}
        data-autofocus
        onChange={(event) => set('name', event.currentTarget.value)}
      />
      <TextInput
        label={t('contact.phone')}
        type="tel"
        placeholder="+380 67 123 45 67"
        value={mine.phone}
        error={fieldError('phone')}
        onChange={(event) => set('phone', event.currentTarget.value)}
      />
      <TextInput
        label={t('contact.email')}
        inputMode="email"
        value={mine.email}
        error={fieldError('email')}
        onChange={(event) => set('email', event.currentTarget.value)}
      />
      <Select
        label={t('contact.language')}
        value={mine.language || null}
        clearable
        error={fieldError('language')}
        data={languageChoices(mine.language, i18n.language)}
        onChange={(value) => set('language', value ?? '')}
      />
      <TagsInput
        label={t('contact.tags')}
        value={[...mine.tags]}
        error={fieldError('tags')}
        onChange={(tags) => set('tags', tags)}
      />
      <Textarea
        label={t('contact.notes')}
        autosize
        minRows={2}
        maxRows={10}
        value={mine.notes}
        error={fieldError('notes')}
        onChange={(event) => set('notes', event.currentTarget.value)}
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" size="xs" onClick={onEnd}>
          {t('contact.cancel')}
        </Button>
        <Button type="submit" size="xs" loading={busy}>
          {t('contact.save')}
        </Button>
      </Group>
    </form>
  )
}

const spoken = [
  'uk',
  'en',
  'ru',
  'pl',
  'de',
  'ro',
  'tr',
  'ka',
  'lt',
  'lv',
  'bg',
  'cs',
  'fr',
  'es',
  'it',
  'he',
  'ar',
]

function languageChoices(known: string, inLanguage: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([inLanguage], { type: 'language' })
  const codes = !known || spoken.includes(known) ? spoken : [known, ...spoken]
  return codes.map((code) => ({ value: code, label: names.of(code) ?? code }))
}
