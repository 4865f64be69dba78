import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import type { Body } from '@/shared/api/types'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { FormError } from '@/shared/ui/FormError'
import { FormSkeleton } from '@/shared/ui/skeletons'
import { DeadLink } from './DeadLink'
import { useEnter } from './useEnter'
import { useRules } from './useRules'
import { VisitorForm } from './VisitorForm'

/** The first person of a new installation becomes the owner of its first company. */
export function SetupPage() {
  const { t, i18n } = useTranslation('account')
  const { token } = useParams({ from: '/public/setup/$token' })
  const enter = useEnter()
  const rules = useRules()
  const fieldErrors = useFieldErrors('account')
  const params = { path: { token } }
  const link = useQuery({
    queryKey: ['setup', token],
    queryFn: () => answer(api.GET('/api/setup/{token}', { params })),
  })
  const form = useForm({
    initialValues: { name: '', email: '', password: '', company_name: '' },
    validate: {
      name: rules.filled,
      email: rules.email,
      password: rules.password,
      company_name: rules.filled,
    },
  })
  const start = useMutation({
    mutationFn: (body: Body<'/api/setup/{token}', 'post'>) =>
      answer(api.POST('/api/setup/{token}', { params, body })),
    meta: { quiet: true },
    onSuccess: (session) => enter(session),
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  if (link.isPending) return <FormSkeleton fields={4} />
  if (link.isError) return <DeadLink error={link.error} onReload={() => void link.refetch()} />
  return (
    <VisitorForm
      title={t('setup.title')}
      text={t('setup.text')}
      onSubmit={form.onSubmit((values) =>
        start.mutate({
          ...values,
          email: values.email.trim(),
          language: i18n.language,
          timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        }),
      )}
    >
      <FormError error={start.error} namespace="account" />
      <TextInput
        label={t('setup.name')}
        autoComplete="name"
        size="md"
        autoFocus
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('setup.company')}
        autoComplete="organization"
        size="md"
        {...form.getInputProps('company_name')}
      />
      <TextInput
        label={t('setup.email')}
        type="email"
        autoComplete="username"
        size="md"
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label={t('setup.password')}
        description={t('field.passwordHint')}
        autoComplete="new-password"
        size="md"
        {...form.getInputProps('password')}
      />
      <Button type="submit" size="md" loading={start.isPending}>
        {t('setup.submit')}
      </Button>
    </VisitorForm>
  )
}
