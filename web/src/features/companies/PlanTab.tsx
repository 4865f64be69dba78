import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import { Panel } from '@/shared/ui/Panel'
import { membersQuery } from './api'
import c from './RolesTab.module.css'
import type { Company } from './types'

/** There is one plan: the server is the company's own. */
export function PlanTab({ company }: { company: Company }) {
  const { t } = useTranslation('companies')
  const format = useFormat()
  const { data: members } = useQuery(membersQuery(company.id))
  const working = members?.filter((member) => member.status === 'active').length
  return (
    <Panel title={t('plan.title')} text={t('plan.text')}>
      <dl className={c.list}>
        <div className={c.row}>
          <dt className={c.name}>{t('plan.people')}</dt>
          <dd className={c.text}>{working === undefined ? '…' : t('plan.peopleOf', { count: working })}</dd>
        </div>
        <div className={c.row}>
          <dt className={c.name}>{t('plan.price')}</dt>
          <dd className={c.text}>{t('plan.free')}</dd>
        </div>
        {company.created_at && (
          <div className={c.row}>
            <dt className={c.name}>{t('plan.since')}</dt>
            <dd className={c.text}>{format.date(company.created_at)}</dd>
          </div>
        )}
      </dl>
    </Panel>
  )
}
