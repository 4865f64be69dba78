import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ContactField, ContactValues } from '../model'
import c from './ContactForm.module.css'

interface ContactConflictProps {
  fields: readonly ContactField[]
  mine: ContactValues
  theirs: ContactValues
  busy: boolean
  onChoose: (takeTheirs: readonly ContactField[]) => void
  onBack: () => void
}

/** Both versions of what two people changed at once. */
export function ContactConflict({ fields, mine, theirs, busy, onChoose, onBack }: ContactConflictProps) {
  const { t } = useTranslation('inbox')
  const [theirFields, setTheirFields] = useState<readonly ContactField[]>([])
  const take = (field: ContactField, isTheirs: boolean) =>
    setTheirFields((now) => (isTheirs ? [...now, field] : now.filter((one) => one !== field)))
  const show = (value: string | readonly string[]) =>
    (typeof value === 'string' ? value : value.join(', ')) || t('contact.emptyValue')
  return (
    <div className={c.form} role="alert">
      <p className={c.lead}>{t('contact.conflict')}</p>
      {fields.map((field) => {
        const isTheirs = theirFields.includes(field)
        return (
          <div key={field} className={c.clash} role="radiogroup" aria-label={t(`contact.${field}`)}>
            <span className={c.field}>{t(`contact.${field}`)}</span>
            {/* biome-ignore lint/a11y/useSemanticElements: a choice of two texts of any length */}
            <button
              type="button"
              role="radio"
              className={c.choice}
              aria-checked={!isTheirs}
              onClick={() => take(field, false)}
            >
              <span className={c.whose}>{t('contact.mine')}</span>
              {show(mine[field])}
            </button>
            {/* biome-ignore lint/a11y/useSemanticElements: a choice of two texts of any length */}
            <button
              type="button"
              role="radio"
              className={c.choice}
              aria-checked={isTheirs}
              onClick={() => take(field, true)}
            >
              <span className={c.whose}>{t('contact.theirs')}</span>
              {show(theirs[field])}
            </button>
          </div>
        )
      })}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" size="xs" onClick={onBack}>
          {t('contact.backToForm')}
        </Button>
        <Button size="xs" loading={busy} onClick={() => onChoose(theirFields)}>
          {t('contact.save')}
        </Button>
      </Group>
    </div>
  )
}
