import { ActionIcon, Button, Textarea } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { newKey } from '@/shared/api/client'
import { currentCompany } from '@/shared/api/company'
import { useSession } from '@/shared/auth/session'
import { TimeAgo } from '@/shared/time/TimeAgo'
import { ErrorState } from '@/shared/ui/ErrorState'
import { toast } from '@/shared/ui/toast'
import { addNote, deleteNote, keys, notesQuery } from '../api'
import type { Note } from '../types'
import c from './Notes.module.css'
import { Section } from './Section'

/** What the team tells itself; the customer never sees it. */
export function Notes({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation('inbox')
  const { user, workspace } = useSession()
  const client = useQueryClient()
  const { data: notes = [], error, refetch } = useQuery(notesQuery(conversationId))
  const [text, setText] = useKeptText(`cartie-note-${currentCompany() ?? ''}-${conversationId}`)
  const [busy, setBusy] = useState(false)
  // The same note sent twice is one note.
  const key = useRef(newKey())
  const isAdmin = user.is_super_admin || workspace?.role === 'OWNER' || workspace?.role === 'ADMIN'

  const add = async () => {
    if (!text.trim() || busy) return
    setBusy(true)
    try {
      const note = await addNote(conversationId, text.trim(), key.current)
      key.current = newKey()
      client.setQueryData<readonly Note[]>(keys.notes(conversationId), (known = []) => [
        note,
        ...known.filter((one) => one.id !== note.id),
      ])
      setText('')
    } catch (thrown) {
      toast.error(thrown, 'inbox')
    } finally {
      setBusy(false)
    }
  }
  const remove = async (note: Note) => {
    try {
      await deleteNote(note.id)
    } catch (thrown) {
      toast.error(thrown, 'inbox')
      return
    }
    client.setQueryData<readonly Note[]>(keys.notes(conversationId), (known) =>
      known?.filter((one) => one.id !== note.id),
    )
    toast.undo(
      t('notes.deleted'),
      () => void addNote(conversationId, note.text, newKey()).then(() => refetch()),
    )
  }
  return (
    <Section title={t('notes.title')}>
      <Textarea
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        placeholder={t('notes.placeholder')}
        aria-label={t('notes.placeholder')}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void add()
        }}
      />
      {text.trim() !== '' && (
        <div className={c.actions}>
          <Button size="compact-sm" loading={busy} onClick={add}>
            {t('notes.add')}
          </Button>
        </div>
      )}
      {error && notes.length === 0 ? <ErrorState error={error} onReload={() => void refetch()} /> : null}
      <ul className={c.list}>
        {notes.map((note) => (
          <li key={note.id} className={c.note}>
            <div className={c.head}>
              <span className={c.author}>{note.author.name}</span>
              <TimeAgo at={note.created_at} />
              {(note.author.id === user.id || isAdmin) && (
                <ActionIcon
                  size={22}
                  className={c.delete ?? ''}
                  aria-label={t('notes.delete')}
                  onClick={() => remove(note)}
                >
                  <IconTrash size={14} stroke={1.5} />
                </ActionIcon>
              )}
            </div>
            <p className={c.text}>{note.text}</p>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** A text that survives a crash and another conversation in between. */
function useKeptText(storageKey: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => {
    try {
      return localStorage.getItem(storageKey) ?? ''
    } catch {
      return ''
    }
  })
  return [
    text,
    (next) => {
      setText(next)
      try {
        if (next) localStorage.setItem(storageKey, next)
        else localStorage.removeItem(storageKey)
      } catch {
        // Without storage the text still stands on the page.
      }
    },
  ]
}
