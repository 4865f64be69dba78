import { Button, PasswordInput, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import type { Body } from '@/shared/api/types'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { sessionQuery } from '@/shared/auth/session'
import { useRoleName } from '@/shared/auth/useRoleName'
import { FormError } from '@/shared/ui/FormError'
import { LinkButton } from '@/shared/ui/LinkButton'
import { FormSkeleton } from '@/shared/ui/skeletons'
import { DeadLink } from './DeadLink'
import { useEnter } from './useEnter'
import { useRules } from './useRules'
import { VisitorForm } from './VisitorForm'

/** Three ways to accept: as the one who is signed in, with a known address, or as somebody new. */
export function InvitePage() {
  const { t } = useTranslation('account')
  const { token } = useParams({ from: '/public/invite/$token' })
  const enter = useEnter()
  const rules = useRules()
  const fieldErrors = useFieldErrors('account')
  const roleName = useRoleName()
  const params = { path: { token } }
  const session = useQuery(sessionQuery)
  const link = useQuery({
    queryKey: ['invite', token],
    queryFn: () => answer(api.GET('/api/invites/{token}', { params })),
  })
  const form = useForm({
    initialValues: { name: '', password: '' },
    validate: { name: rules.filled, password: rules.password },
  })
  const accept = useMutation({
    mutationFn: (body: Body<'/api/invites/{token}', 'post'>) =>
      answer(api.POST('/api/invites/{token}', { params, body })),
    meta: { quiet: true },
    onSuccess: (entered) => enter(entered),
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  if (link.isPending || session.isPending) return <FormSkeleton fields={2} />
  if (link.isError) return <DeadLink error={link.error} onReload={() => void link.refetch()} />

  const { company_name: company, email, role, has_account: hasAccount } = link.data
  const title = t('invite.title', { company })
  const text = t('invite.text', { by: link.data.invited_by, role: roleName(role) })
  if (session.data) {
    return (
      <VisitorForm
        title={title}
        text={text}
        onSubmit={(event) => {
          event.preventDefault()
          accept.mutate({})
        }}
      >
        <FormError error={accept.error} namespace="account" />
        <Text size="sm">{t('invite.signedIn', { email: session.data.user.email })}</Text>
        <Button type="submit" size="md" loading={accept.isPending}>
          {t('invite.join', { company })}
        </Button>
      </VisitorForm>
    )
  }
  if (hasAccount) {
    return (
      <VisitorForm title={title} text={text} onSubmit={(event) => event.preventDefault()}>
        <Text size="sm">{t('invite.existing', { email })}</Text>
        <LinkButton to="/login" search={{ next: `/invite/${token}` }} size="md">
          {t('invite.toLogin')}
        </LinkButton>
      </VisitorForm>
    )
  }
  return (
    <VisitorForm title={title} text={text} onSubmit={form.onSubmit((values) => accept.mutate(values))}>
      <FormError error={accept.error} namespace="account" />
      <TextInput label={t('login.email')} value={email} readOnly size="md" autoComplete="username" />
      <TextInput
        label={t('invite.name')}
        autoComplete="name"
        size="md"
        autoFocus
        {...form.getInputProps('name')}
      />
      <PasswordInput
        label={t('invite.password')}
        description={t('field.passwordHint')}
        autoComplete="new-password"
        size="md"
        {...form.getInputProps('password')}
      />
      <Button type="submit" size="md" loading={accept.isPending}>
        {t('invite.join', { company })}
      </Button>
    </VisitorForm>
  )
}
