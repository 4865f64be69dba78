import { Kbd, Modal } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { create } from 'zustand'
import { type Shortcut, useShortcutStore, useShortcuts } from '@/shared/lib/shortcuts'
import c from './ShortcutHelp.module.css'

const useHelp = create<{ opened: boolean }>()(() => ({ opened: false }))

export function openShortcutHelp(): void {
  useHelp.setState({ opened: true })
}

function readable(keys: string): string[] {
  return keys.split('+').map((key) => {
    const name = key.trim()
    if (name === 'mod') return /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'
    return name.length === 1 ? name.toUpperCase() : name.charAt(0).toUpperCase() + name.slice(1)
  })
}

/** The keys of this page and of every page. */
export function ShortcutHelp() {
  const { t } = useTranslation()
  const opened = useHelp((help) => help.opened)
  const groups = useShortcutStore((store) => store.groups)
  const general = useMemo<Shortcut[]>(
    () => [
      { keys: 'mod+K', label: t('shortcuts.palette'), run: spotlight.open },
      { keys: 'shift+?', label: t('shortcuts.help'), run: openShortcutHelp },
    ],
    [t],
  )
  useShortcuts('shell', t('shortcuts.general'), general)
  return (
    <Modal
      opened={opened}
      onClose={() => useHelp.setState({ opened: false })}
      title={t('shortcuts.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {[...groups].reverse().map(([owner, group]) => (
        <section key={owner} className={c.group}>
          <h3 className={c.title}>{group.title}</h3>
          {group.shortcuts.map((shortcut) => (
            <div key={shortcut.keys} className={c.row}>
              {shortcut.label}
              <span className={c.keys}>
                {readable(shortcut.keys).map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </span>
            </div>
          ))}
        </section>
      ))}
    </Modal>
  )
}
