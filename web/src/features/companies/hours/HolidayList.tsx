import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { dayKey } from '@/shared/time/format'
import { holidayProblem, nextFreeDay } from '../hours'
import type { Holiday } from '../types'
import c from './HoursTab.module.css'

interface HolidayListProps {
  holidays: readonly Holiday[]
  zone: string
  canEdit: boolean
  onChange: (holidays: Holiday[]) => void
}

// The server's own bounds.
const mostHolidays = 200
const longestName = 80

/** Rows stay where they are while they are typed; saving brings them into the order of the calendar. */
export function HolidayList({ holidays, zone, canEdit, onChange }: HolidayListProps) {
  const { t } = useTranslation('companies')
  const change = (index: number, patch: Partial<Holiday>) =>
    onChange(holidays.map((holiday, at) => (at === index ? { ...holiday, ...patch } : holiday)))
  const add = () =>
    onChange([...holidays, { date: nextFreeDay(holidays, dayKey(new Date(), zone)), name: '' }])
  return (
    <>
      {holidays.length === 0 && <p className={c.none}>{t('holidays.none')}</p>}
      <ul className={c.list}>
        {holidays.map((holiday, index) => {
          const problem = holidayProblem(holidays, index)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: both values of a row are being typed
            <li key={index} className={c.holiday}>
              <TextInput
                className={c.date ?? ''}
                type="date"
                aria-label={t('holidays.date')}
                value={holiday.date}
                readOnly={!canEdit}
                error={problem ? t(`holidays.problem.${problem}`) : undefined}
                onChange={(event) => change(index, { date: event.currentTarget.value })}
              />
              <TextInput
                className={c.title ?? ''}
                aria-label={t('holidays.name')}
                placeholder={t('holidays.name')}
                value={holiday.name}
                maxLength={longestName}
                readOnly={!canEdit}
                onChange={(event) => change(index, { name: event.currentTarget.value })}
              />
              {canEdit && (
                <ActionIcon
                  size={36}
                  aria-label={t('holidays.remove', { name: holiday.name || holiday.date })}
                  title={t('holidays.remove', { name: holiday.name || holiday.date })}
                  onClick={() => onChange(holidays.filter((_, at) => at !== index))}
                >
                  <IconTrash size={16} stroke={1.5} />
                </ActionIcon>
              )}
            </li>
          )
        })}
      </ul>
      {canEdit && (
        <Button
          className={c.add ?? ''}
          variant="default"
          size="xs"
          leftSection={<IconPlus size={15} stroke={1.5} />}
          disabled={holidays.length >= mostHolidays}
          onClick={add}
        >
          {t('holidays.add')}
        </Button>
      )}
    </>
  )
}
