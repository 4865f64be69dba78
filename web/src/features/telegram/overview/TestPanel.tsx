import { Alert, Button, Group } from '@mantine/core'
import { IconBrandTelegram, IconSend } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { toApiError } from '@/shared/api/problem'
import { sessionQuery, useCan, useSession } from '@/shared/auth/session'
import { useFormat } from '@/shared/time/useFormat'
import { FormError } from '@/shared/ui/FormError'
import { Panel } from '@/shared/ui/Panel'
import { toast } from '@/shared/ui/toast'
import { testBot } from '../api'
import type { Bot } from '../types'

// While the link is open the person is in another app; nothing pushes this change to us.
const lookAgainMs = 3_000

/** A test goes to whoever presses the button, so their Telegram must be linked first. */
export function TestPanel({ bot }: { bot: Bot }) {
  const { t } = useTranslation('telegram')
  const { user } = useSession()
  const canManage = useCan('MANAGE_BOTS')
  const queryClient = useQueryClient()
  const format = useFormat()
  const test = useMutation({
    meta: { quiet: true },
    mutationFn: () => testBot(bot.id),
    onSuccess: () => toast.done(t('test.sent')),
    // The page may have believed in a link that is gone.
    onError: (error) => {
      if (toApiError(error).code !== 'telegram_not_linked') return undefined
      return queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  })
  const link = useMutation({ mutationFn: () => answer(api.POST('/api/profile/telegram-link')) })
  const isLinked = user.telegram_linked
  const isWaiting = Boolean(link.data) && !isLinked
  useQuery({ ...sessionQuery, refetchInterval: isWaiting ? lookAgainMs : false })
  const canTest = canManage && bot.is_enabled && isLinked
  return (
    <Panel
      title={t('test.title')}
      text={isLinked ? t('test.text') : t('test.unlinked')}
      actions={
        <Group gap="xs">
          {!isLinked && !isWaiting && (
            <Button
              variant="default"
              leftSection={<IconBrandTelegram size={16} stroke={1.5} />}
              loading={link.isPending}
              onClick={() => link.mutate()}
            >
              {t('test.link')}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconSend size={16} stroke={1.5} />}
            loading={test.isPending}
            disabled={!canTest}
            title={bot.is_enabled ? undefined : t('problem.bot_disabled')}
            onClick={() => test.mutate()}
          >
            {t('test.send')}
          </Button>
        </Group>
      }
    >
      {isWaiting && link.data ? (
        <Alert color="petrol" icon={<IconBrandTelegram size={18} stroke={1.5} />}>
          {t('test.wait', { time: format.clock(link.data.expires_at) })}
          <Group mt="sm">
            <Button component="a" href={link.data.url} target="_blank" rel="noreferrer">
              {t('test.openTelegram')}
            </Button>
          </Group>
        </Alert>
      ) : (
        test.isError && <FormError error={test.error} namespace="telegram" />
      )}
    </Panel>
  )
}
