import { ActionIcon, Menu } from '@mantine/core'
import { IconCopy, IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { addInterval, canAdd, type Day, dayProblem, type Interval, removeInterval, setTime } from '../hours'
import c from './HoursTab.module.css'
import { TimeField } from './TimeField'

interface DayRowProps {
  day: Day
  intervals: readonly Interval[]
  canEdit: boolean
  onChange: (intervals: readonly Interval[]) => void
  onCopyToWorkdays: () => void
  onCopyToAll: () => void
}

export function DayRow({ day, intervals, canEdit, onChange, onCopyToWorkdays, onCopyToAll }: DayRowProps) {
  const { t } = useTranslation('companies')
  const name = t(`day.${day}`)
  const wrong = dayProblem(intervals)
  return (
    <li className={c.day}>
      <span className={c.name}>{name}</span>
      <div className={c.hours}>
        {intervals.length === 0 && <span className={c.closed}>{t('hours.closed')}</span>}
        <div className={c.intervals}>
          {intervals.map(([from, to], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an interval is what stands at its place
            <div key={index} className={c.interval}>
              <TimeField
                label={t('hours.from', { day: name })}
                value={from}
                canEdit={canEdit}
                isWrong={wrong?.index === index}
                onChange={(time) => onChange(setTime(intervals, index, 0, time))}
              />
              <span className={c.dash} aria-hidden="true">
                –
              </span>
              <TimeField
                label={t('hours.to', { day: name })}
                value={to}
                canEdit={canEdit}
                isWrong={wrong?.index === index}
                onChange={(time) => onChange(setTime(intervals, index, 1, time))}
              />
              {canEdit && (
                <ActionIcon
                  aria-label={t('hours.remove', { day: name, from, to })}
                  title={t('hours.remove', { day: name, from, to })}
                  onClick={() => onChange(removeInterval(intervals, index))}
                >
                  <IconTrash size={16} stroke={1.5} />
                </ActionIcon>
              )}
            </div>
          ))}
        </div>
        {wrong && (
          <p className={c.wrong} role="alert">
            {t(`hours.problem.${wrong.problem}`)}
          </p>
        )}
      </div>
      {canEdit && (
        <div className={c.actions}>
          <ActionIcon
            aria-label={t('hours.add', { day: name })}
            title={t('hours.add', { day: name })}
            disabled={!canAdd(intervals)}
            onClick={() => onChange(addInterval(intervals))}
          >
            <IconPlus size={17} stroke={1.5} />
          </ActionIcon>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={t('hours.copy', { day: name })} title={t('hours.copy', { day: name })}>
                <IconCopy size={16} stroke={1.5} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={onCopyToWorkdays}>{t('hours.copyToWorkdays')}</Menu.Item>
              <Menu.Item onClick={onCopyToAll}>{t('hours.copyToAll')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      )}
    </li>
  )
}
