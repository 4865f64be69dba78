import { Alert, Badge, Tabs } from '@mantine/core'
import { IconAlertTriangle, IconExternalLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '@/shared/time/TimeAgo'
import { Boundary } from '@/shared/ui/Boundary'
import { ErrorState } from '@/shared/ui/ErrorState'
import { Page } from '@/shared/ui/Page'
import { PageHeader } from '@/shared/ui/PageHeader'
import { Plate } from '@/shared/ui/Plate'
import { FormSkeleton } from '@/shared/ui/skeletons'
import { botQuery } from './api'
import c from './BotPage.module.css'
import { OverviewTab } from './overview/OverviewTab'
import { SettingsTab } from './settings/SettingsTab'
import { type BotTab, tabs } from './tabs'

export function BotPage({ id, tab }: { id: string; tab: BotTab }) {
  const { t } = useTranslation('telegram')
  const navigate = useNavigate()
  const query = useQuery(botQuery(id))
  const back = () => void navigate({ to: '/telegram' })
  if (!query.data) {
    return (
      <Page>
        <PageHeader title={t('title')} onBack={back} />
        {query.isPending ? (
          <FormSkeleton fields={5} />
        ) : (
          <ErrorState error={query.error} onReload={() => void query.refetch()} />
        )}
      </Page>
    )
  }
  const bot = query.data
  return (
    <Page>
      <PageHeader
        title={bot.name}
        text={
          <span className={c.about}>
            <Plate code={`@${bot.username}`} copies={bot.link} />
            <Badge component="span" color={bot.is_enabled ? 'green' : 'gray'}>
              {bot.is_enabled ? t('bot.on') : t('bot.off')}
            </Badge>
            <a href={bot.link} target="_blank" rel="noreferrer">
              {t('bot.open')} <IconExternalLink size={13} stroke={1.5} aria-hidden="true" />
            </a>
          </span>
        }
        onBack={back}
      />
      {bot.last_error && (
        <Alert
          color="red"
          icon={<IconAlertTriangle size={18} stroke={1.5} />}
          mb="md"
          title={t('bot.troubleTitle')}
        >
          {bot.last_error} {bot.last_error_at && <TimeAgo at={bot.last_error_at} />}
        </Alert>
      )}
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ to: '/telegram', search: { bot: id, tab: next as BotTab } })}
        keepMounted={false}
        activateTabWithKeyboard={false}
      >
        <Tabs.List>
          {tabs.map((value) => (
            <Tabs.Tab key={value} value={value}>
              {t(`tab.${value}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="OVERVIEW" pt="lg">
          <Boundary name="telegram.OVERVIEW" resetKey={id}>
            <OverviewTab bot={bot} />
          </Boundary>
        </Tabs.Panel>
        <Tabs.Panel value="SETTINGS" pt="lg">
          <Boundary name="telegram.SETTINGS" resetKey={id}>
            <SettingsTab bot={bot} />
          </Boundary>
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
