import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '@/shared/time/TimeAgo'
import { ErrorState } from '@/shared/ui/ErrorState'
import { contactHistoryQuery, historyQuery } from '../api'
import type { HistoryEntry } from '../types'
import c from './History.module.css'
import { historyData, historyKey } from './historyKey'
import { Section } from './Section'

const shownAtFirst = 6

/** What was done with the conversation and with the contact, the newest first. */
export function History({ conversationId, contactId }: { conversationId: string; contactId: string }) {
  const { t } = useTranslation('inbox')
  const own = useQuery(historyQuery(conversationId))
  const contact = useQuery({ ...contactHistoryQuery(contactId), enabled: contactId !== '' })
  const [isLong, setLong] = useState(false)
  const entries = [...(own.data ?? []), ...(contact.data ?? [])].sort((a, b) => b.seq - a.seq)
  if (own.error && !own.data) {
    return (
      <Section title={t('history.title')}>
        <ErrorState error={own.error} onReload={() => void own.refetch()} />
      </Section>
    )
  }
  const shown = isLong ? entries : entries.slice(0, shownAtFirst)
  return (
    <Section title={t('history.title')}>
      {entries.length === 0 && own.isSuccess && <p className={c.none}>{t('history.none')}</p>}
      <ol className={c.list}>
        {shown.map((entry) => (
          <li key={entry.seq} className={c.entry}>
            <Sentence entry={entry} />{' '}
            <span className={c.time}>
              <TimeAgo at={entry.at} />
            </span>
          </li>
        ))}
      </ol>
      {entries.length > shown.length && (
        <Button variant="subtle" size="compact-xs" onClick={() => setLong(true)}>
          {t('history.more')}
        </Button>
      )}
    </Section>
  )
}

function Sentence({ entry }: { entry: HistoryEntry }) {
  const { t } = useTranslation('inbox')
  const who = entry.actor?.name || t('history.system')
  const { fields } = historyData(entry)
  return (
    <span>
      {t(`history.${historyKey(entry)}`, { who, whom: entry.assignee ?? '' })}
      {fields.length > 0 && `: ${fields.map((field) => fieldName(field, t)).join(', ')}`}
    </span>
  )
}

const known = ['name', 'phone', 'email', 'language', 'tags', 'notes'] as const

function fieldName(field: string, t: (key: `contact.${(typeof known)[number]}`) => string): string {
  const name = known.find((one) => one === field)
  return name ? t(`contact.${name}`).toLocaleLowerCase() : field
}
