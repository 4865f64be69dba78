import { ActionIcon, TextInput, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

/** An address that is told once, ready to be copied. */
export function OnceLink({ url, label, hint }: { url: string; label: string; hint: string }) {
  const { t } = useTranslation()
  const clipboard = useClipboard({ timeout: 2_000 })
  const word = clipboard.copied ? t('action.copied') : t('action.copy')
  return (
    <TextInput
      label={label}
      description={hint}
      value={url}
      readOnly
      onFocus={(event) => event.currentTarget.select()}
      rightSection={
        <Tooltip label={word}>
          <ActionIcon
            aria-label={word}
            onClick={() => clipboard.copy(url)}
            color={clipboard.copied ? 'green' : 'petrol'}
          >
            {clipboard.copied ? <IconCheck size={18} stroke={1.5} /> : <IconCopy size={18} stroke={1.5} />}
          </ActionIcon>
        </Tooltip>
      }
    />
  )
}
