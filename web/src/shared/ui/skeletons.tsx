import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import c from './skeletons.module.css'

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

function Loading({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('loading')}>
      {children}
    </div>
  )
}

/** Rows with an avatar and two lines, as in a list of chats or people. */
export function PeopleSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <Loading>
      {numbers(rows).map((row) => (
        <div key={row} className={c.person}>
          <Skeleton circle height={36} />
          <div className={c.lines}>
            <Skeleton height={11} width={`${40 + ((row * 17) % 35)}%`} />
            <Skeleton height={9} width={`${55 + ((row * 23) % 40)}%`} />
          </div>
        </div>
      ))}
    </Loading>
  )
}

/** Rows of a table at the height of the density setting. */
export function RowsSkeleton({ rows = 6, columns = 4 }: { rows?: number; columns?: number }) {
  return (
    <Loading>
      {numbers(rows).map((row) => (
        <div key={row} className={c.row}>
          {numbers(columns).map((column) => (
            <Skeleton key={column} height={10} width={`${35 + ((row * 19 + column * 29) % 55)}%`} />
          ))}
        </div>
      ))}
    </Loading>
  )
}

/** Labels above fields. */
export function FormSkeleton({ fields = 3 }: { fields?: number }) {
  return (
    <Loading>
      {numbers(fields).map((field) => (
        <div key={field} className={c.field}>
          <Skeleton height={9} width={110} />
          <Skeleton height={36} />
        </div>
      ))}
    </Loading>
  )
}

/** A page before its code has arrived: a title and a panel. */
export function PageSkeleton() {
  return (
    <div className={c.page}>
      <Skeleton height={20} width={220} mb={28} />
      <RowsSkeleton rows={8} />
    </div>
  )
}
