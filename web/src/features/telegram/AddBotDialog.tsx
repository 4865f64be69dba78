import { Anchor, Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { newKey } from '@/shared/api/client'
import { toApiError } from '@/shared/api/problem'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { FormError } from '@/shared/ui/FormError'
import { toast } from '@/shared/ui/toast'
import { addBot, keys } from './api'
import { ModeChoice } from './ModeChoice'
import type { Mode } from './types'

// Telegram pushes to https only; over plain http this server has no public address for sure.
const likelyMode: Mode = window.location.protocol === 'https:' ? 'webhook' : 'polling'

/** What is typed survives a refusal and a dialog closed by mistake; it lives in this page's memory only. */
export function AddBotDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['telegram', 'common'])
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const fieldErrors = useFieldErrors('telegram')
  const [token, setToken] = useState('')
  const [name, setName] = useState('')
  const [mode, setMode] = useState<Mode>(likelyMode)
  // Pressing twice connects one bot.
  const key = useRef(newKey())
  const add = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      addBot({ token: token.trim(), mode, ...(name.trim() ? { name: name.trim() } : {}) }, key.current),
    onSuccess: async (bot) => {
      setToken('')
      setName('')
      key.current = newKey()
      onClose()
      toast.done(t('add.done', { name: bot.name }))
      queryClient.setQueryData(keys.one(bot.id), bot)
      await queryClient.invalidateQueries({ queryKey: keys.list })
      await navigate({ to: '/telegram', search: { bot: bot.id } })
    },
  })
  const changed = () => {
    key.current = newKey()
    add.reset()
  }
  const errors = add.error ? fieldErrors(add.error) : {}
  const code = add.error ? toApiError(add.error).code : ''
  const noAddress = code === 'no_public_url' ? t('problem.no_public_url') : ''
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('add.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (token.trim()) add.mutate()
        }}
      >
        <Stack>
          <Text size="sm">
            <Trans
              t={t}
              i18nKey="add.botfather"
              components={{
                father: (
                  <Anchor
                    href="https://t.me/BotFather"
                    target="_blank"
                    rel="noreferrer"
                    inherit
                    underline="always"
                  />
                ),
              }}
            />
          </Text>
          {!noAddress && <FormError error={add.error} namespace="telegram" />}
          <PasswordInput
            label={t('add.token')}
            description={t('add.tokenHint')}
            placeholder="123456789:AA…"
            autoComplete="off"
            spellCheck={false}
            value={token}
            data-autofocus
            error={errors.token}
            onChange={(event) => {
              setToken(event.currentTarget.value)
              changed()
            }}
          />
          <TextInput
            label={t('add.name')}
            description={t('add.nameHint')}
            value={name}
            maxLength={100}
            error={errors.name}
            onChange={(event) => {
              setName(event.currentTarget.value)
              changed()
            }}
          />
          <ModeChoice
            value={mode}
            error={noAddress || errors.mode}
            onChange={(next) => {
              setMode(next)
              changed()
            }}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={add.isPending} disabled={!token.trim()}>
              {t('add.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
