import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormError } from '@/shared/ui/FormError'
import { Panel } from '@/shared/ui/Panel'
import { toast } from '@/shared/ui/toast'
import { deleteBot, keys } from '../api'
import type { Bot } from '../types'

/** The username is typed once more: customers write to this bot. */
export function DeletePanel({ bot, canManage }: { bot: Bot; canManage: boolean }) {
  const { t } = useTranslation(['telegram', 'common'])
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const remove = useMutation({
    meta: { quiet: true },
    mutationFn: () => deleteBot(bot.id),
    onSuccess: async () => {
      toast.done(t('delete.done', { name: bot.name }))
      await navigate({ to: '/telegram', ignoreBlocker: true })
      queryClient.removeQueries({ queryKey: keys.one(bot.id) })
      await queryClient.invalidateQueries({ queryKey: keys.list })
    },
  })
  const isRight = typed.trim().replace(/^@/, '').toLowerCase() === bot.username.toLowerCase()
  const close = () => {
    setAsking(false)
    setTyped('')
    remove.reset()
  }
  return (
    <>
      <Panel
        title={t('delete.title')}
        text={t('delete.text')}
        actions={
          <Button variant="outline" color="red" disabled={!canManage} onClick={() => setAsking(true)}>
            {t('delete.open')}
          </Button>
        }
      />
      <Modal
        opened={isAsking}
        onClose={close}
        title={t('delete.question', { name: bot.name })}
        closeButtonProps={{ 'aria-label': t('common:action.close') }}
      >
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            if (isRight) remove.mutate()
          }}
        >
          <Stack>
            <Text size="sm">{t('delete.text')}</Text>
            <FormError error={remove.error} namespace="telegram" />
            <TextInput
              label={t('delete.type', { username: `@${bot.username}` })}
              autoComplete="off"
              spellCheck={false}
              value={typed}
              data-autofocus
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                {t('common:action.cancel')}
              </Button>
              <Button type="submit" color="red" disabled={!isRight} loading={remove.isPending}>
                {t('delete.submit')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
