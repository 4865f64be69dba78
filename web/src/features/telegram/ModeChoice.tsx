import { Radio, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Mode } from './types'

interface ModeChoiceProps {
  value: Mode
  error?: string | undefined
  isReadOnly?: boolean
  onChange: (mode: Mode) => void
}

/** How messages reach the server, in plain words. */
export function ModeChoice({ value, error, isReadOnly = false, onChange }: ModeChoiceProps) {
  const { t } = useTranslation('telegram')
  return (
    <Radio.Group
      label={t('mode.label')}
      value={value}
      error={error}
      onChange={(next) => !isReadOnly && onChange(next as Mode)}
    >
      <Stack gap="xs" mt={6}>
        {(['polling', 'webhook'] as const).map((mode) => (
          <Radio
            key={mode}
            value={mode}
            label={t(`mode.${mode}`)}
            description={t(`mode.${mode}Text`)}
            disabled={isReadOnly && mode !== value}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}
