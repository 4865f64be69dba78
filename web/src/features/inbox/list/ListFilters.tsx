import { ActionIcon, Menu, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconCheck, IconChevronDown, IconSearch, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { botsQuery } from '../api'
import { offerFocus } from '../focus'
import { useInbox } from '../inboxContext'
import type { View } from '../types'
import c from './ListFilters.module.css'

const searchDelayMs = 250

export function ListFilters() {
  const { t } = useTranslation('inbox')
  const { filter, setFilter } = useInbox()
  return (
    <div className={c.bar}>
      <SearchField />
      <SegmentedControl
        fullWidth
        size="xs"
        value={filter.view}
        onChange={(view) => setFilter({ view: view as View })}
        aria-label={t('filter.view')}
        data={[
          { value: 'all', label: t('filter.all') },
          { value: 'mine', label: t('filter.mine') },
          { value: 'unassigned', label: t('filter.unassigned') },
        ]}
      />
      <div className={c.pills}>
        <BotMenu />
        <Pill
          label={t(filter.status === 'closed' ? 'filter.closed' : 'filter.open')}
          isOn={filter.status === 'closed'}
        >
          <Choice isOn={filter.status === 'open'} onClick={() => setFilter({ status: 'open' })}>
            {t('filter.open')}
          </Choice>
          <Choice isOn={filter.status === 'closed'} onClick={() => setFilter({ status: 'closed' })}>
            {t('filter.closed')}
          </Choice>
        </Pill>
        <button
          type="button"
          className={c.pill}
          data-on={filter.unread || undefined}
          aria-pressed={filter.unread}
          onClick={() => setFilter({ unread: !filter.unread })}
        >
          {t('filter.unread')}
        </button>
      </div>
    </div>
  )
}

interface PillProps {
  label: string
  /** Something else than the usual is chosen. */
  isOn: boolean
  children: React.ReactNode
}

function Pill({ label, isOn, children }: PillProps) {
  return (
    <Menu position="bottom-start" width={230}>
      <Menu.Target>
        <button type="button" className={c.pill} data-on={isOn || undefined}>
          <span className={c.label}>{label}</span>
          <IconChevronDown size={14} stroke={1.75} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={c.menu ?? ''}>{children}</Menu.Dropdown>
    </Menu>
  )
}

/** Keeps what is typed to itself and tells the address when the typing pauses. */
function SearchField() {
  const { t } = useTranslation('inbox')
  const { filter, setFilter } = useInbox()
  const [text, setText] = useState(filter.q)
  const [told, setTold] = useState(filter.q)
  const input = useRef<HTMLInputElement>(null)
  const tell = useDebouncedCallback((q: string) => {
    setTold(q.trim())
    setFilter({ q: q.trim() })
  }, searchDelayMs)
  // Somebody else changed the address: a reset, the back button.
  if (filter.q !== told) {
    setTold(filter.q)
    setText(filter.q)
  }
  useEffect(() => offerFocus('search', () => input.current?.focus()), [])
  const clear = () => {
    setText('')
    tell('')
  }
  return (
    <TextInput
      ref={input}
      className={c.search ?? ''}
      type="search"
      value={text}
      placeholder={t('filter.search')}
      aria-label={t('filter.search')}
      leftSection={<IconSearch size={16} stroke={1.5} />}
      rightSection={
        text && (
          <ActionIcon size={24} aria-label={t('filter.clear')} onClick={clear}>
            <IconX size={14} stroke={1.5} />
          </ActionIcon>
        )
      }
      onChange={(event) => {
        setText(event.currentTarget.value)
        tell(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        if (text) clear()
        else event.currentTarget.blur()
      }}
    />
  )
}

function BotMenu() {
  const { t } = useTranslation('inbox')
  const { filter, setFilter } = useInbox()
  const { data: bots = [] } = useQuery(botsQuery())
  const chosen = bots.find((bot) => bot.id === filter.bot)
  return (
    <Pill label={chosen ? chosen.name || chosen.username : t('filter.allBots')} isOn={filter.bot !== ''}>
      <Choice isOn={!filter.bot} onClick={() => setFilter({ bot: '' })}>
        {t('filter.allBots')}
      </Choice>
      {bots.length > 0 && <Menu.Divider />}
      {bots.map((bot) => (
        <Choice key={bot.id} isOn={bot.id === filter.bot} onClick={() => setFilter({ bot: bot.id })}>
          {bot.name || bot.username}
          {bot.username && <span className={c.username}>@{bot.username}</span>}
        </Choice>
      ))}
    </Pill>
  )
}

interface ChoiceProps {
  isOn: boolean
  onClick: () => void
  children: React.ReactNode
}

function Choice({ isOn, onClick, children }: ChoiceProps) {
  return (
    <Menu.Item
      role="menuitemradio"
      aria-checked={isOn}
      rightSection={isOn ? <IconCheck size={16} stroke={1.5} aria-hidden="true" /> : null}
      onClick={onClick}
    >
      {children}
    </Menu.Item>
  )
}
