import { Alert, Button } from '@mantine/core'
import { IconFlask, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useSession } from '@/shared/auth/session'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorState } from '@/shared/ui/ErrorState'
import { NeedsRight } from '@/shared/ui/NeedsRight'
import { Page } from '@/shared/ui/Page'
import { PageHeader } from '@/shared/ui/PageHeader'
import { PeopleSkeleton } from '@/shared/ui/skeletons'
import { AddBotDialog } from './AddBotDialog'
import { botsQuery } from './api'
import { BotRow } from './BotRow'
import c from './BotsPage.module.css'

export function BotsPage() {
  const { t } = useTranslation('telegram')
  const { workspace, server } = useSession()
  const canManage = useCan('MANAGE_BOTS')
  const [isAdding, setAdding] = useState(false)
  const bots = useQuery({ ...botsQuery, enabled: workspace !== null && workspace !== undefined })
  const items = bots.data ?? []
  const add = (
    <Button
      leftSection={<IconPlus size={16} stroke={1.5} />}
      onClick={() => setAdding(true)}
      disabled={!canManage}
    >
      {t('add.open')}
    </Button>
  )
  if (!workspace) {
    return (
      <Page>
        <PageHeader title={t('title')} />
        <EmptyState drawing="bot" title={t('noCompany')} />
      </Page>
    )
  }
  return (
    <Page>
      <PageHeader title={t('title')} text={t('text')} actions={items.length > 0 && add} />
      {!canManage && <NeedsRight permission="MANAGE_BOTS" role={workspace.role} />}
      {server.telegram_base_is_sandbox && (
        <Alert color="petrol" icon={<IconFlask size={18} stroke={1.5} />} mb="md">
          {t('sandbox')}
        </Alert>
      )}
      {bots.isPending && (
        <div className={c.list}>
          <PeopleSkeleton rows={3} />
        </div>
      )}
      {bots.isError && !bots.data && <ErrorState error={bots.error} onReload={() => void bots.refetch()} />}
      {bots.isSuccess && items.length === 0 && (
        <EmptyState drawing="bot" title={t('empty')} text={t('emptyText')} action={add} />
      )}
      {items.length > 0 && (
        <ul className={c.list}>
          {items.map((bot) => (
            <BotRow key={bot.id} bot={bot} />
          ))}
        </ul>
      )}
      <AddBotDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </Page>
  )
}
