import { Button, type ButtonProps, Group, Popover, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface ConfirmButtonProps extends Omit<ButtonProps, 'onClick'> {
  children: ReactNode
  /** What will happen, in one sentence. */
  question: string
  /** The word on the button that does it: Delete, End the session. */
  confirm: string
  onConfirm: () => unknown
}

/** For what cannot be undone. Where undo is possible, do it and offer Undo in a toast instead. */
export function ConfirmButton({ children, question, confirm, onConfirm, ...button }: ConfirmButtonProps) {
  const { t } = useTranslation()
  const [opened, { open, close }] = useDisclosure(false)
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    try {
      await onConfirm()
      close()
    } catch {
      // Whoever made the call shows the error; the question stays for another try.
    } finally {
      setBusy(false)
    }
  }
  return (
    <Popover
      opened={opened}
      onChange={(next) => !next && close()}
      width={280}
      trapFocus
      withArrow
      returnFocus
    >
      <Popover.Target>
        <Button variant="default" {...button} onClick={open}>
          {children}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb="sm">
          {question}
        </Text>
        <Group gap="xs" justify="flex-end">
          <Button variant="default" size="xs" onClick={close}>
            {t('action.cancel')}
          </Button>
          <Button color="red" size="xs" loading={busy} onClick={run} data-autofocus>
            {confirm}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}
