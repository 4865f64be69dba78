import { ActionIcon, Menu, SegmentedControl, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconCheck, IconFilter, IconRobot, IconSearch, IconX } from '@tabler/icons-react'
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
  const isNarrowed = filter.status === 'closed' || filter.unread
  return (
    <div className={c.bar}>
      <div className={c.line}>
        <SearchField />
        <BotMenu />
        <Menu position="bottom-end" width={230}>
          <Menu.Target>
            <Tooltip label={t('filter.more')}>
              <ActionIcon
                size={36}
                variant={isNarrowed ? 'light' : 'subtle'}
                color={isNarrowed ? 'petrol' : 'gray'}
                aria-label={t('filter.more')}
              >
                <IconFilter size={18} stroke={1.5} />
              </ActionIcon>
            </Tooltip>
          </Menu.Target>
          <Menu.Dropdown>
            <Choice isOn={filter.status === 'open'} onClick={() => setFilter({ status: 'open' })}>
              {t('filter.open')}
            </Choice>
            <Choice isOn={filter.status === 'closed'} onClick={() => setFilter({ status: 'closed' })}>
              {t('filter.closed')}
            </Choice>
            <Menu.Divider />
            <Choice isOn={filter.unread} onClick={() => setFilter({ unread: !filter.unread })}>
              {t('filter.unread')}
            </Choice>
          </Menu.Dropdown>
        </Menu>
      </div>
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
      {isNarrowed && (
        <div className={c.chips}>
          {filter.status === 'closed' && (
            <Chip label={t('filter.closed')} onRemove={() => setFilter({ status: 'open' })} />
          )}
          {filter.unread && <Chip label={t('filter.unread')} onRemove={() => setFilter({ unread: false })} />}
        </div>
      )}
    </div>
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
  const label = chosen ? t('filter.bot', { name: chosen.name || chosen.username }) : t('filter.allBots')
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Tooltip label={label}>
          <ActionIcon
            size={36}
            variant={filter.bot ? 'light' : 'subtle'}
            color={filter.bot ? 'petrol' : 'gray'}
            aria-label={label}
          >
            <IconRobot size={18} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown className={c.menu ?? ''}>
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
      </Menu.Dropdown>
    </Menu>
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

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  const { t } = useTranslation('inbox')
  return (
    <span className={c.chip}>
      {label}
      <ActionIcon size={18} aria-label={t('filter.remove', { label })} onClick={onRemove}>
        <IconX size={12} stroke={1.75} />
      </ActionIcon>
    </span>
  )
}
