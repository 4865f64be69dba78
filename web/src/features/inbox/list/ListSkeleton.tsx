import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import c from './ListSkeleton.module.css'

const rows = Array.from({ length: 9 }, (_, index) => index)

/** Rows of the true height: nothing moves when the conversations arrive. */
export function ListSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('loading')} className={c.list}>
      {rows.map((row) => (
        <div key={row} className={c.row}>
          <Skeleton circle height={44} />
          <div className={c.lines}>
            <Skeleton height={11} width={`${38 + ((row * 17) % 30)}%`} />
            <Skeleton height={10} width={`${60 + ((row * 23) % 35)}%`} />
          </div>
        </div>
      ))}
    </div>
  )
}
