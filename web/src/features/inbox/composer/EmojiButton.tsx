import { ActionIcon, Loader, Popover, Tooltip } from '@mantine/core'
import { IconMoodSmile } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import c from './EmojiPicker.module.css'

const EmojiPicker = lazy(() => import('./EmojiPicker'))

export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation('inbox')
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top-end" trapFocus returnFocus={false}>
      <Popover.Target>
        <Tooltip label={t('composer.emoji')}>
          <ActionIcon
            size={36}
            aria-label={t('composer.emoji')}
            aria-expanded={isOpen}
            onClick={() => setOpen((now) => !now)}
          >
            <IconMoodSmile size={20} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <Suspense fallback={<Wait />}>
          <EmojiPicker
            onPick={(emoji) => {
              setOpen(false)
              onPick(emoji)
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}

function Wait() {
  const { t } = useTranslation()
  return (
    <div className={c.wait} role="status" aria-label={t('loading')}>
      <Loader size="sm" />
    </div>
  )
}
