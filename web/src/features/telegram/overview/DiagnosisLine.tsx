import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '@/shared/time/TimeAgo'
import type { Line, Mark } from '../diagnosis'
import c from './overview.module.css'

type LooseT = (key: string, params: Record<string, string | number>) => string

const icons = {
  ok: IconCircleCheck,
  warn: IconAlertTriangle,
  fail: IconCircleX,
  none: IconInfoCircle,
} as const satisfies Record<Mark, unknown>

export function DiagnosisLine({ line }: { line: Line }) {
  const { t } = useTranslation('telegram')
  const Icon = icons[line.mark]
  return (
    <li className={c.line} data-mark={line.mark}>
      <Icon size={18} stroke={1.7} className={c.mark ?? ''} role="img" aria-label={t(`mark.${line.mark}`)} />
      <div className={c.words}>
        {(t as unknown as LooseT)(`line.${line.key}`, line.params)}{' '}
        {line.at && (
          <span className={c.at}>
            <TimeAgo at={line.at} />
          </span>
        )}
        {line.quote && <code className={c.quote}>{line.quote}</code>}
      </div>
    </li>
  )
}
