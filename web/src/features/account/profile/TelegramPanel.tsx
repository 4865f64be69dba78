import { Alert, Button, Group } from '@mantine/core'
import { IconBrandTelegram } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { sessionQuery, useSession } from '@/shared/auth/session'
import { useFormat } from '@/shared/time/useFormat'
import { ConfirmButton } from '@/shared/ui/ConfirmButton'
import { Panel } from '@/shared/ui/Panel'

// While a link is open the person is in another app; nothing pushes this change to us.
const lookAgainMs = 3_000

export function TelegramPanel() {
  const { t } = useTranslation('account')
  const { user } = useSession()
  const queryClient = useQueryClient()
  const format = useFormat()
  const link = useMutation({
    mutationFn: () => answer(api.POST('/api/profile/telegram-link')),
  })
  const unlink = useMutation({
    mutationFn: () => answer(api.DELETE('/api/profile/telegram-link')),
    onSuccess: () => {
      link.reset()
      return queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  })
  const isWaiting = Boolean(link.data) && !user.telegram_linked
  useQuery({ ...sessionQuery, refetchInterval: isWaiting ? lookAgainMs : false })

  const action = user.telegram_linked ? (
    <ConfirmButton
      question={t('telegram.unlinkQuestion')}
      confirm={t('telegram.unlink')}
      onConfirm={() => unlink.mutateAsync()}
    >
      {t('telegram.unlink')}
    </ConfirmButton>
  ) : (
    !isWaiting && (
      <Button
        variant="default"
        leftSection={<IconBrandTelegram size={16} stroke={1.5} />}
        loading={link.isPending}
        onClick={() => link.mutate()}
      >
        {t('telegram.link')}
      </Button>
    )
  )
  return (
    <Panel
      title={t('telegram.title')}
      text={user.telegram_linked ? t('telegram.linked') : t('telegram.unlinked')}
      actions={action}
    >
      {isWaiting && link.data && (
        <Alert color="petrol" icon={<IconBrandTelegram size={18} stroke={1.5} />}>
          <p style={{ margin: 0 }}>
            {t('telegram.wait')} {t('telegram.valid', { time: format.clock(link.data.expires_at) })}
          </p>
          <Group mt="sm">
            <Button component="a" href={link.data.url} target="_blank" rel="noreferrer">
              {t('telegram.open')}
            </Button>
          </Group>
        </Alert>
      )}
    </Panel>
  )
}
