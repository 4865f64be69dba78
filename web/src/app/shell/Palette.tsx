import { useMantineColorScheme } from '@mantine/core'
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconKeyboard, IconLanguage, IconLogout, IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { languageNames, languages } from '@/shared/i18n'
import { type Command, useCommandStore, useCommands } from '@/shared/lib/commands'
import { CompanyMark } from '@/shared/ui/CompanyMark'
import { modules } from '../modules'
import { openShortcutHelp } from './ShortcutHelp'
import { schemes } from './ThemeMenu'
import { useChangeLanguage } from './useChangeLanguage'
import { useSignOut } from './useSignOut'
import { useSwitchCompany } from './useSwitchCompany'

/** Ctrl/⌘-K: goes anywhere and does anything that a page or the shell has offered as a command. */
export function Palette() {
  const { t } = useTranslation()
  useShellCommands()
  const offered = useCommandStore((store) => store.groups)
  const companyActions = useCompanyActions()

  const actions = useMemo(() => {
    const groups = new Map<string, Command[]>()
    // What the page itself offers comes first: the shell was mounted before it.
    for (const commands of [...offered.values()].reverse()) {
      for (const command of commands) {
        groups.set(command.group, [...(groups.get(command.group) ?? []), command])
      }
    }
    const out: SpotlightActionGroupData[] = [...groups].map(([group, commands]) => ({
      group,
      actions: commands.map(({ id, label, hint, icon: Icon, keywords, run }) => ({
        id,
        label,
        onClick: run,
        ...(hint ? { description: hint } : {}),
        ...(keywords ? { keywords } : {}),
        leftSection: Icon && <Icon size={18} stroke={1.5} />,
      })),
    }))
    if (companyActions) out.splice(1, 0, companyActions)
    return out
  }, [offered, companyActions])

  return (
    <Spotlight
      actions={actions}
      shortcut={['mod + K']}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound={t('palette.nothing')}
      searchProps={{
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.placeholder'),
        leftSection: <IconSearch size={18} stroke={1.5} />,
      }}
    />
  )
}

function useCompanyActions(): SpotlightActionGroupData | undefined {
  const { t } = useTranslation()
  const { companies, workspace } = useSession()
  const switchTo = useSwitchCompany()
  return useMemo(() => {
    const others = companies.filter((company) => company.id !== workspace?.id)
    if (others.length === 0) return undefined
    return {
      group: t('palette.company'),
      actions: others.map((company) => ({
        id: `company.${company.id}`,
        label: company.name,
        keywords: [company.slug],
        onClick: () => switchTo(company.id),
        leftSection: (
          <CompanyMark name={company.name} color={company.color} logoUrl={company.logo_url} size={20} />
        ),
      })),
    }
  }, [t, companies, workspace, switchTo])
}

function useShellCommands(): void {
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
}
