import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { ConfirmButton } from '@/shared/ui/ConfirmButton'
import { Panel } from '@/shared/ui/Panel'
import { changeCompany, companyQuery, keys } from '../api'
import type { Company } from '../types'

/** For administrators of the whole system only: a company that is switched off is invisible to its people. */
export function ActivePanel({ company }: { company: Company }) {
  const { t } = useTranslation('companies')
  const { user } = useSession()
  const queryClient = useQueryClient()
  const change = useMutation({
    mutationFn: (is_active: boolean) => changeCompany(company.id, company.version, { is_active }),
    onSuccess: (changed) => queryClient.setQueryData(companyQuery(company.id).queryKey, changed),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.all }),
  })
  if (!user.is_super_admin) return null
  return (
    <Panel
      title={company.is_active ? t('active.on') : t('active.off')}
      text={company.is_active ? t('active.onText') : t('active.offText')}
      actions={
        company.is_active ? (
          <ConfirmButton
            question={t('active.question', { name: company.name })}
            confirm={t('active.disable')}
            onConfirm={() => change.mutateAsync(false)}
          >
            {t('active.disable')}
          </ConfirmButton>
        ) : (
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate(true)}>
            {t('active.enable')}
          </Button>
        )
      }
    />
  )
}
