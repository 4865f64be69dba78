import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { FormError } from '@/shared/ui/FormError'
import { useEnter } from './useEnter'
import { useRules } from './useRules'
import { VisitorForm } from './VisitorForm'
import c from './VisitorForm.module.css'

export function LoginPage() {
  const { t } = useTranslation('account')
  const { next } = useSearch({ from: '/public/login' })
  const enter = useEnter()
  const rules = useRules()
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: { email: rules.email, password: rules.filled },
  })
  const signIn = useMutation({
    mutationFn: (body: { email: string; password: string }) => answer(api.POST('/api/session', { body })),
    meta: { quiet: true },
    onSuccess: (session) => enter(session, next),
    onError: () => form.setFieldValue('password', ''),
  })
  return (
    <VisitorForm
      title={t('login.title')}
      text={next && next !== '/' ? t('login.ended') : null}
      onSubmit={form.onSubmit(({ email, password }) => signIn.mutate({ email: email.trim(), password }))}
    >
      <FormError error={signIn.error} namespace="account" />
      <TextInput
        label={t('login.email')}
        type="email"
        autoComplete="username"
        size="md"
        autoFocus
        {...form.getInputProps('email')}
      />
      <PasswordInput
        label={t('login.password')}
        autoComplete="current-password"
        size="md"
        {...form.getInputProps('password')}
      />
      <Button type="submit" size="md" loading={signIn.isPending}>
        {t('login.submit')}
      </Button>
      <p className={c.hint}>{t('login.forgot')}</p>
    </VisitorForm>
  )
}
