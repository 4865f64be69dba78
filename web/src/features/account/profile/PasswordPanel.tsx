import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { useSession } from '@/shared/auth/session'
import { FormError } from '@/shared/ui/FormError'
import { Panel } from '@/shared/ui/Panel'
import { toast } from '@/shared/ui/toast'
import { useRules } from '../useRules'

export function PasswordPanel() {
  const { t } = useTranslation('account')
  const { user } = useSession()
  const queryClient = useQueryClient()
  const rules = useRules()
  const fieldErrors = useFieldErrors('account')
  const form = useForm({
    initialValues: { current: '', new: '' },
    validate: { current: rules.filled, new: rules.password },
  })
  const change = useMutation({
    mutationFn: (body: { current: string; new: string }) =>
      answer(api.POST('/api/profile/password', { body })),
    meta: { quiet: true },
    onSuccess: async () => {
      form.reset()
      toast.done(t('profile.changed'))
      await queryClient.invalidateQueries({ queryKey: ['sessions'] })
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  return (
    <Panel title={t('profile.passwordTitle')} text={t('profile.passwordText')}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
        <Stack gap="md" maw={420}>
          <FormError error={change.error} namespace="account" />
          <input type="hidden" autoComplete="username" value={user.email} readOnly />
          <PasswordInput
            label={t('profile.current')}
            autoComplete="current-password"
            {...form.getInputProps('current')}
          />
          <PasswordInput
            label={t('profile.new')}
            description={t('field.passwordHint')}
            autoComplete="new-password"
            {...form.getInputProps('new')}
          />
          <Group>
            <Button type="submit" variant="default" loading={change.isPending}>
              {t('profile.change')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
