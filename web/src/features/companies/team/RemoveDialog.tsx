import { Button, Group, Modal, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

interface RemoveDialogProps {
  /** Whom; nobody means that the dialog is closed. */
  name: string | undefined
  company: string
  isBusy: boolean
  onConfirm: () => void
  onClose: () => void
}

/** Only a new invitation brings a person back, so this is asked. */
export function RemoveDialog({ name, company, isBusy, onConfirm, onClose }: RemoveDialogProps) {
  const { t } = useTranslation(['companies', 'common'])
  return (
    <Modal
      opened={name !== undefined}
      onClose={onClose}
      title={t('remove.title')}
      size="sm"
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <Text size="sm" mb="lg">
        {t('remove.text', { name: name ?? '', company })}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('common:action.cancel')}
        </Button>
        <Button color="red" loading={isBusy} onClick={onConfirm}>
          {t('remove.submit')}
        </Button>
      </Group>
    </Modal>
  )
}
