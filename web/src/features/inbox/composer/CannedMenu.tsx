import { useQuery } from '@tanstack/react-query'
import { type Ref, useImperativeHandle, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { cannedQuery } from '../api'
import { selectComposing, useComposing } from '../composing'
import { nameOf } from '../model'
import type { Conversation } from '../types'
import { CannedManagerButton } from './CannedManager'
import c from './CannedMenu.module.css'
import { expand, findCanned, slashQuery, textIn, type Variables } from './compose'

export interface CannedHandle {
  /** True when the key was the menu's. */
  onKey: (event: React.KeyboardEvent) => boolean
}

interface CannedMenuProps {
  handle: Ref<CannedHandle>
  conversation: Conversation
  onPick: (text: string) => void
}

/** Canned answers after a slash: in the customer's language, with the blanks filled in. */
export function CannedMenu({ handle, conversation, onPick }: CannedMenuProps) {
  const { t } = useTranslation('inbox')
  const { user, workspace } = useSession()
  const { text, editing } = useComposing(selectComposing(conversation.id))
  const query = editing ? undefined : slashQuery(text)
  const [dismissed, setDismissed] = useState<string | undefined>()
  const [active, setActive] = useState(0)
  const { data: all = [], isSuccess } = useQuery({ ...cannedQuery(), enabled: query !== undefined })
  const found = query === undefined ? [] : findCanned(all, query)
  const isOpen = query !== undefined && dismissed !== text && isSuccess
  const index = Math.min(active, Math.max(0, found.length - 1))

  const name = nameOf(conversation)
  const values: Variables = {
    name,
    first_name: name.split(/\s+/)[0] ?? '',
    manager: user.name,
    company: workspace?.name ?? '',
    phone: conversation.contact?.phone ?? '',
  }
  const textOf = (reply: (typeof found)[number]) =>
    expand(textIn(reply.text, conversation.contact?.language ?? '', workspace?.language ?? ''), values)

  useImperativeHandle(handle, () => ({
    onKey: (event) => {
      if (!isOpen) return false
      if (event.key === 'Escape') {
        event.stopPropagation()
        setDismissed(text)
        return true
      }
      if (found.length === 0) return false
      if (event.key === 'ArrowDown') setActive((index + 1) % found.length)
      else if (event.key === 'ArrowUp') setActive((index + found.length - 1) % found.length)
      else if (event.key === 'Enter' || event.key === 'Tab') {
        const reply = found[index]
        if (reply) onPick(textOf(reply))
      } else return false
      event.preventDefault()
      return true
    },
  }))

  if (!isOpen) return null
  return (
    <div className={c.menu}>
      <div role="listbox" aria-label={t('canned.title')} className={c.list}>
        {found.map((reply, place) => (
          <button
            key={reply.id}
            type="button"
            role="option"
            aria-selected={place === index}
            tabIndex={-1}
            className={c.item}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onPick(textOf(reply))}
          >
            <span className={c.head}>
              <span className={c.shortcut}>/{reply.shortcut.replace(/^\//, '')}</span>
              <span className={c.title}>{reply.title}</span>
            </span>
            <span className={c.text}>{textOf(reply)}</span>
          </button>
        ))}
      </div>
      {found.length === 0 && (
        <p className={c.none}>{t(all.length === 0 ? 'canned.noneYet' : 'canned.nothing')}</p>
      )}
      <div className={c.foot}>
        <span>{t('canned.keys')}</span>
        <CannedManagerButton />
      </div>
    </div>
  )
}
