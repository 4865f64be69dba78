import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { type Command, useCommandStore } from '@/shared/lib/commands'
import { CompanyMark } from '@/shared/ui/CompanyMark'
import { useSwitchCompany } from './useSwitchCompany'

/** Ctrl/⌘-K: goes anywhere and does anything that a page or the shell has offered as a command. */
export function Palette() {
  const { t } = useTranslation()
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
      title={t('palette.placeholder')}
      classNames={{ header: 'visually-hidden' }}
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
