import { Menu, UnstyledButton } from '@mantine/core'
import { IconCheck, IconSelector } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { CompanyMark } from '@/shared/ui/CompanyMark'
import c from './CompanySwitcher.module.css'
import { useSwitchCompany } from './useSwitchCompany'

/** The company one works in; a click shows the others. */
export function CompanySwitcher({ isCompact = false }: { isCompact?: boolean }) {
  const { t } = useTranslation()
  const { workspace, companies } = useSession()
  const switchTo = useSwitchCompany()
  const name = workspace?.name ?? t('shell.noCompany')
  return (
    <Menu position="bottom-start" width={260} disabled={companies.length < 2}>
      <Menu.Target>
        <UnstyledButton className={c.button ?? ''} data-compact={isCompact || undefined}>
          <CompanyMark name={name} color={workspace?.color ?? ''} logoUrl={workspace?.logo_url} />
          {isCompact ? (
            <span className="visually-hidden">{t('shell.company', { name })}</span>
          ) : (
            <>
              <span className={c.words}>
                <span className={c.name}>{name}</span>
                {workspace && <span className={c.role}>{t(`role.${workspace.role}`)}</span>}
              </span>
              {companies.length > 1 && <IconSelector size={16} stroke={1.5} aria-hidden="true" />}
            </>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('shell.switchCompany')}</Menu.Label>
        {companies.map((company) => (
          <Menu.Item
            key={company.id}
            leftSection={
              <CompanyMark name={company.name} color={company.color} logoUrl={company.logo_url} size={24} />
            }
            rightSection={company.id === workspace?.id ? <IconCheck size={16} stroke={1.5} /> : null}
            onClick={() => switchTo(company.id)}
          >
            {company.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
