import { useTranslation } from 'react-i18next'
import { useDraft } from '@/shared/lib/useDraft'
import { useFormat } from '@/shared/time/useFormat'
import { ConflictNotice } from '@/shared/ui/ConflictNotice'
import { FormError } from '@/shared/ui/FormError'
import { LeaveGuard } from '@/shared/ui/LeaveGuard'
import { NeedsRight } from '@/shared/ui/NeedsRight'
import { Panel } from '@/shared/ui/Panel'
import { SaveBar } from '@/shared/ui/SaveBar'
import { useCanIn } from '../api'
import {
  areHolidaysRight,
  copyToAll,
  copyToWorkdays,
  days,
  isAlwaysOpen,
  isWeekRight,
  openMinutes,
  sortHolidays,
  toHours,
  toWeek,
  type Week,
} from '../hours'
import type { Company, Holiday } from '../types'
import { useSaveCompany } from '../useSaveCompany'
import { DayRow } from './DayRow'
import { HolidayList } from './HolidayList'
import c from './HoursTab.module.css'

interface Schedule {
  hours: Week
  holidays: Holiday[]
}

function pick(company: Company): Schedule {
  return { hours: toWeek(company.hours), holidays: company.holidays }
}

export function HoursTab({ company }: { company: Company }) {
  const { t } = useTranslation('companies')
  const canEdit = useCanIn(company)('MANAGE_SETTINGS')
  const format = useFormat()
  const draft = useDraft(pick(company), company.version)
  const { hours: week, holidays } = draft.values
  const saving = useSaveCompany(company.id, draft, pick, (patch) => ({
    ...(patch.hours ? { hours: toHours(patch.hours) } : {}),
    ...(patch.holidays ? { holidays: sortHolidays(patch.holidays) } : {}),
  }))
  const setWeek = (hours: Week) => saving.set({ hours })
  const isWrong = !isWeekRight(week) || !areHolidaysRight(holidays)
  const open = openMinutes(week)
  const refused = Object.values(saving.fields)

  return (
    <>
      {!canEdit && <NeedsRight permission="MANAGE_SETTINGS" role={company.role} />}
      <FormError
        error={saving.error}
        namespace="companies"
        {...(refused.length > 0 ? { sentence: refused.join(' ') } : {})}
      />
      <ConflictNotice
        news={draft.news}
        label={(field) => t(`hours.field.${field}`)}
        show={() => ''}
        onTake={saving.set}
        onDismiss={draft.dismissNews}
      />
      <Panel title={t('hours.title')} text={t('hours.text', { zone: company.timezone.replaceAll('_', ' ') })}>
        <p className={c.sum} aria-live="polite">
          {isAlwaysOpen(week)
            ? t('hours.always')
            : t('hours.sum', {
                count: Math.round(open / 60),
                hours: format.count(Math.round(open / 6) / 10),
              })}
        </p>
        <ul className={c.list}>
          {days.map((day) => (
            <DayRow
              key={day}
              day={day}
              intervals={week[day]}
              canEdit={canEdit}
              onChange={(intervals) => setWeek({ ...week, [day]: intervals })}
              onCopyToWorkdays={() => setWeek(copyToWorkdays(week, day))}
              onCopyToAll={() => setWeek(copyToAll(week, day))}
            />
          ))}
        </ul>
      </Panel>
      <Panel title={t('holidays.title')} text={t('holidays.text')}>
        <HolidayList
          holidays={holidays}
          zone={company.timezone}
          canEdit={canEdit}
          onChange={(next) => saving.set({ holidays: next })}
        />
      </Panel>
      <SaveBar
        isDirty={draft.isDirty}
        isSaving={saving.isPending}
        isWrong={isWrong}
        onSave={saving.save}
        onDiscard={() => {
          draft.reset()
          saving.set({})
        }}
      />
      <LeaveGuard isDirty={draft.isDirty} />
    </>
  )
}
