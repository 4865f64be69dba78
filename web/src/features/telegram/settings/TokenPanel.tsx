import { Button, Group, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { FormError } from '@/shared/ui/FormError'
import { Panel } from '@/shared/ui/Panel'
import { toast } from '@/shared/ui/toast'
import { changeBot, keys } from '../api'
import type { Bot } from '../types'

export function TokenPanel({ bot, canManage }: { bot: Bot; canManage: boolean }) {
  const { t } = useTranslation('telegram')
  const queryClient = useQueryClient()
  const fieldErrors = useFieldErrors('telegram')
  const [token, setToken] = useState('')
  const replace = useMutation({
    meta: { quiet: true },
    mutationFn: () => changeBot(bot.id, bot.version, { token: token.trim() }),
    onSuccess: (changed) => {
      setToken('')
      toast.done(t('token.replaced'))
      queryClient.setQueryData(keys.one(bot.id), changed)
      void queryClient.invalidateQueries({ queryKey: keys.bots })
    },
  })
  return (
    <Panel title={t('token.title')} text={t('token.text')}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (token.trim()) replace.mutate()
        }}
      >
        <FormError error={replace.error} namespace="telegram" />
        <Group align="flex-end" gap="xs" maw={520}>
          <PasswordInput
            label={t('token.new')}
            placeholder="123456789:AA…"
            autoComplete="off"
            spellCheck={false}
            value={token}
            readOnly={!canManage}
            error={replace.error ? fieldErrors(replace.error).token : undefined}
            style={{ flex: '1 1 220px' }}
            onChange={(event) => {
              setToken(event.currentTarget.value)
              replace.reset()
            }}
          />
          <Button
            type="submit"
            variant="default"
            loading={replace.isPending}
            disabled={!canManage || !token.trim()}
          >
            {t('token.replace')}
          </Button>
        </Group>
      </form>
    </Panel>
  )
}
