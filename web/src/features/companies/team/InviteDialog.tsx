import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { useRoleName } from '@/shared/auth/useRoleName'
import { useFormat } from '@/shared/time/useFormat'
import { FormError } from '@/shared/ui/FormError'
import { OnceLink } from '@/shared/ui/OnceLink'
import { createInvite, keys } from '../api'
import type { Company, Role } from '../types'
import { givable } from './rank'

interface InviteDialogProps {
  company: Company
  isOpen: boolean
  onClose: () => void
}

const isEmail = (value: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim())

/** First whom, then the link, which is told once. */
export function InviteDialog({ company, isOpen, onClose }: InviteDialogProps) {
  const { t } = useTranslation(['companies', 'common'])
  const roleName = useRoleName()
  const format = useFormat()
  const queryClient = useQueryClient()
  const fieldErrors = useFieldErrors('companies')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('MANAGER')
  const [isTried, setTried] = useState(false)
  const roles = givable(company.role)
  const invite = useMutation({
    meta: { quiet: true },
    mutationFn: () => createInvite(company.id, { email: email.trim(), role }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.invites(company.id) }),
  })
  const errors = invite.error ? fieldErrors(invite.error) : {}
  const close = () => {
    onClose()
    // The link is gone with the dialog; what was typed and not sent stays.
    if (invite.isSuccess) {
      setEmail('')
      setTried(false)
      invite.reset()
    }
  }
  const made = invite.data
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={t('invite.title', { company: company.name })}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      closeOnClickOutside={!made}
    >
      {made ? (
        <Stack>
          <OnceLink
            url={made.url ?? ''}
            label={t('invite.link', { email: made.email })}
            hint={t('invite.linkHint', { time: format.full(made.expires_at) })}
          />
          <Group justify="flex-end">
            <Button onClick={close}>{t('invite.done')}</Button>
          </Group>
        </Stack>
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            setTried(true)
            if (isEmail(email)) invite.mutate()
          }}
        >
          <Stack>
            <FormError error={invite.error} namespace="companies" />
            <TextInput
              label={t('invite.email')}
              type="email"
              autoComplete="off"
              value={email}
              data-autofocus
              error={isTried && !isEmail(email) ? t('common:problem.email_invalid') : errors.email}
              onChange={(event) => {
                setEmail(event.currentTarget.value)
                invite.reset()
              }}
            />
            <Select
              label={t('invite.role')}
              description={t(`roleHint.${role}`)}
              data={roles.map((value) => ({ value, label: roleName(value) }))}
              value={role}
              allowDeselect={false}
              error={errors.role}
              onChange={(value) => value && setRole(value as Role)}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                {t('common:action.cancel')}
              </Button>
              <Button type="submit" loading={invite.isPending}>
                {t('invite.submit')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
