import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '@/shared/theme/preferences'

export const schemes = [
  { value: 'light', label: 'shell.light', icon: IconSun },
  { value: 'dark', label: 'shell.dark', icon: IconMoon },
  { value: 'auto', label: 'shell.auto', icon: IconDeviceDesktop },
] as const

export const densities = [
  { value: 'comfortable', label: 'shell.comfortable' },
  { value: 'dense', label: 'shell.dense' },
] as const

export function ThemeMenu() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { density, setDensity } = usePreferences()
  const check = <IconCheck size={16} stroke={1.5} />
  const Current = schemes.find((scheme) => scheme.value === colorScheme)?.icon ?? IconSun
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <Tooltip label={t('shell.theme')}>
          <ActionIcon size={36} aria-label={t('shell.theme')}>
            <Current size={18} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('shell.theme')}</Menu.Label>
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} stroke={1.5} />}
            rightSection={value === colorScheme ? check : null}
            onClick={() => setColorScheme(value)}
          >
            {t(label)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('shell.density')}</Menu.Label>
        {densities.map(({ value, label }) => (
          <Menu.Item
            key={value}
            rightSection={value === density ? check : null}
            onClick={() => setDensity(value)}
          >
            {t(label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
