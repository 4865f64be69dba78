import { useMantineColorScheme } from '@mantine/core'
import { IconKeyboard, IconLanguage, IconLogout } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { languageNames, languages } from '@/shared/i18n'
import { type Command, useCommands } from '@/shared/lib/commands'
import { modules } from '../modules'
import { openShortcutHelp } from './ShortcutHelp'
import { schemes } from './ThemeMenu'
import { useChangeLanguage } from './useChangeLanguage'
import { useSignOut } from './useSignOut'

/** What can be done anywhere. Apart from the palette, which draws again whenever a command is offered. */
export function ShellCommands() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const changeLanguage = useChangeLanguage()
  const signOut = useSignOut()
  const { setColorScheme } = useMantineColorScheme()
  const commands = useMemo<Command[]>(
    () => [
      ...modules.map((module) => ({
        id: `go.${module.id}`,
        label: t(module.label),
        group: t('palette.go'),
        icon: module.icon,
        keywords: [module.id],
        run: () => void navigate({ to: module.to }),
      })),
      ...schemes.map((scheme) => ({
        id: `theme.${scheme.value}`,
        label: t('palette.useTheme', { theme: t(scheme.label) }),
        group: t('palette.appearance'),
        icon: scheme.icon,
        keywords: ['theme', scheme.value],
        run: () => setColorScheme(scheme.value),
      })),
      ...languages.map((language) => ({
        id: `language.${language}`,
        label: t('palette.useLanguage', { language: languageNames[language] }),
        group: t('palette.language'),
        icon: IconLanguage,
        keywords: ['language', language],
        run: () => changeLanguage(language),
      })),
      {
        id: 'help.shortcuts',
        label: t('palette.help'),
        group: t('palette.account'),
        icon: IconKeyboard,
        keywords: ['help', '?'],
        run: openShortcutHelp,
      },
      {
        id: 'account.signOut',
        label: t('shell.signOut'),
        group: t('palette.account'),
        icon: IconLogout,
        keywords: ['logout', 'exit'],
        run: signOut,
      },
    ],
    [t, navigate, changeLanguage, signOut, setColorScheme],
  )
  useCommands('shell', commands)
  return null
}
