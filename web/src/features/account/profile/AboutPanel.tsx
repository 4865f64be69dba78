import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { sessionQuery, useSession } from '@/shared/auth/session'
import { type Language, languageNames, languages, setLanguage } from '@/shared/i18n'
import { FormError } from '@/shared/ui/FormError'
import { Panel } from '@/shared/ui/Panel'
import { toast } from '@/shared/ui/toast'
import { useRules } from '../useRules'

export function AboutPanel() {
  const { t } = useTranslation(['account', 'common'])
  const { user } = useSession()
  const queryClient = useQueryClient()
  const rules = useRules()
  const fieldErrors = useFieldErrors('account')
  const form = useForm({
    initialValues: { name: user.name, language: user.language as Language },
    validate: { name: rules.filled },
  })
  const save = useMutation({
    mutationFn: (body: { name: string; language: Language }) => answer(api.PATCH('/api/profile', { body })),
    meta: { quiet: true },
    onSuccess: async (_answer, { language }) => {
      form.resetDirty()
      await setLanguage(language)
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      toast.done(t('common:toast.saved'))
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  })
  return (
    <Panel title={t('profile.aboutTitle')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack gap="md" maw={420}>
          <FormError error={save.error} namespace="account" />
          <TextInput label={t('profile.name')} autoComplete="name" {...form.getInputProps('name')} />
          <TextInput
            label={t('profile.email')}
            description={t('profile.emailHint')}
            value={user.email}
            readOnly
          />
          <Select
            label={t('profile.language')}
            allowDeselect={false}
            data={languages.map((value) => ({ value, label: languageNames[value] }))}
            {...form.getInputProps('language')}
          />
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
              {t('common:action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
