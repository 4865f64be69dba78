import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { toApiError } from '../api/problem'
import { sentenceOf } from '../api/sentence'
import { i18n } from '../i18n'

const undoMs = 8_000
const errorMs = 9_000

function closeLabel() {
  return { 'aria-label': i18n.t('toast.close') }
}

/** Short messages from below. Done things are quiet, failed ones stay longer and carry their number. */
export const toast = {
  done(message: string): void {
    notifications.show({ message, color: 'green', autoClose: 3_500, closeButtonProps: closeLabel() })
  },

  error(error: unknown, namespace?: string): void {
    const problem = toApiError(error)
    const number = problem.kind === 'internal' && problem.requestId
    notifications.show({
      color: 'red',
      autoClose: errorMs,
      closeButtonProps: closeLabel(),
      message: (
        <>
          {sentenceOf(error, i18n.t, i18n.language, namespace)}
          {number && (
            <Text span c="dimmed" size="xs" ff="monospace" display="block">
              {number}
            </Text>
          )}
        </>
      ),
    })
  },

  /** Instead of "Are you sure?": it is done, and can be taken back for eight seconds. */
  undo(message: string, onUndo: () => void): void {
    const id = notifications.show({
      color: 'petrol',
      autoClose: undoMs,
      closeButtonProps: closeLabel(),
      message: (
        <Group justify="space-between" wrap="nowrap">
          <span>{message}</span>
          <Button
            size="compact-sm"
            variant="light"
            flex="none"
            onClick={() => {
              notifications.hide(id)
              onUndo()
            }}
          >
            {i18n.t('action.undo')}
          </Button>
        </Group>
      ),
    })
  },
}
