import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { newKey } from '@/shared/api/client'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { sessionQuery } from '@/shared/auth/session'
import { FormError } from '@/shared/ui/FormError'
import { createCompany, keys } from './api'

/** What is typed stays when the dialog is closed by mistake or the server refuses. */
export function CreateCompanyDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['companies', 'common'])
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const fieldErrors = useFieldErrors('companies')
  const [name, setName] = useState('')
  // One key per name: pressing twice makes one company.
  const key = useRef(newKey())
  const create = useMutation({
    meta: { quiet: true },
    mutationFn: () => createCompany(name.trim(), key.current),
    onSuccess: async (company) => {
      setName('')
      key.current = newKey()
      onClose()
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.list }),
        queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ])
      await navigate({ to: '/companies/$id', params: { id: company.id } })
    },
  })
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('create.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim()) create.mutate()
        }}
      >
        <Stack>
          <FormError error={create.error} namespace="companies" />
          <TextInput
            label={t('general.name')}
            description={t('create.hint')}
            value={name}
            maxLength={120}
            data-autofocus
            error={create.error ? fieldErrors(create.error).name : undefined}
            onChange={(event) => {
              setName(event.currentTarget.value)
              key.current = newKey()
              create.reset()
            }}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
              {t('create.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
