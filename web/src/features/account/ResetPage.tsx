import { Button, PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { FormError } from '@/shared/ui/FormError'
import { FormSkeleton } from '@/shared/ui/skeletons'
import { toast } from '@/shared/ui/toast'
import { DeadLink } from './DeadLink'
import { useRules } from './useRules'
import { VisitorForm } from './VisitorForm'

export function ResetPage() {
  const { t } = useTranslation('account')
  const { token } = useParams({ from: '/public/reset/$token' })
  const navigate = useNavigate()
  const rules = useRules()
  const fieldErrors = useFieldErrors('account')
  const params = { path: { token } }
  const link = useQuery({
    queryKey: ['reset', token],
    queryFn: () => answer(api.GET('/api/resets/{token}', { params })),
  })
  const form = useForm({ initialValues: { password: '' }, validate: { password: rules.password } })
  const reset = useMutation({
    mutationFn: (body: { password: string }) => answer(api.POST('/api/resets/{token}', { params, body })),
    meta: { quiet: true },
    onSuccess: async () => {
      toast.done(t('reset.done'))
      await navigate({ to: '/login', replace: true })
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  if (link.isPending) return <FormSkeleton fields={1} />
  if (link.isError) return <DeadLink error={link.error} onReload={() => void link.refetch()} />
  return (
    <VisitorForm
      title={t('reset.title')}
      text={t('reset.text', { email: link.data.email })}
      onSubmit={form.onSubmit((values) => reset.mutate(values))}
    >
      <FormError error={reset.error} namespace="account" />
      {/* Tells password managers whose password this is. */}
      <input type="hidden" autoComplete="username" value={link.data.email} readOnly />
      <PasswordInput
        label={t('reset.password')}
        description={t('field.passwordHint')}
        autoComplete="new-password"
        size="md"
        autoFocus
        {...form.getInputProps('password')}
      />
      <Button type="submit" size="md" loading={reset.isPending}>
        {t('reset.submit')}
      </Button>
    </VisitorForm>
  )
}
