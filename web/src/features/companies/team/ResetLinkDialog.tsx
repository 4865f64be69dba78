import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import { FormError } from '@/shared/ui/FormError'
import { OnceLink } from '@/shared/ui/OnceLink'
import { makeResetLink } from '../api'
import type { Member } from '../types'

interface ResetLinkDialogProps {
  companyId: string
  /** Whose password; nobody means that the dialog is closed. */
  member: Member | undefined
  onClose: () => void
}

export function ResetLinkDialog({ companyId, member, onClose }: ResetLinkDialogProps) {
  const { t } = useTranslation(['companies', 'common'])
  const format = useFormat()
  const make = useMutation({
    meta: { quiet: true },
    mutationFn: (memberId: string) => makeResetLink(companyId, memberId),
  })
  const close = () => {
    onClose()
    make.reset()
  }
  return (
    <Modal
      opened={member !== undefined}
      onClose={close}
      title={t('reset.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <Stack>
        <FormError error={make.error} namespace="companies" />
        {make.data ? (
          <OnceLink
            url={make.data.url}
            label={t('reset.link', { name: member?.name ?? '' })}
            hint={
              make.data.expires_at
                ? t('reset.hintUntil', { time: format.full(make.data.expires_at) })
                : t('reset.hint')
            }
          />
        ) : (
          <Text size="sm">{t('reset.text', { name: member?.name ?? '' })}</Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {make.data ? t('common:action.close') : t('common:action.cancel')}
          </Button>
          {!make.data && (
            <Button loading={make.isPending} onClick={() => member && make.mutate(member.id)} data-autofocus>
              {t('reset.make')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}
