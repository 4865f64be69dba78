import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import c from './ThreadSkeleton.module.css'

const bubbles = [
  { isOurs: false, width: 220, height: 38 },
  { isOurs: false, width: 300, height: 58 },
  { isOurs: true, width: 260, height: 38 },
  { isOurs: false, width: 180, height: 38 },
  { isOurs: true, width: 320, height: 76 },
  { isOurs: false, width: 240, height: 38 },
]

export function ThreadSkeleton() {
  return (
    <>
      <div className={c.head}>
        <Skeleton circle height={36} />
        <Skeleton height={12} width={160} />
      </div>
      <BubbleSkeleton />
    </>
  )
}

export function BubbleSkeleton() {
  const { t } = useTranslation()
  return (
    <div className={c.list} role="status" aria-label={t('loading')}>
      {bubbles.map(({ isOurs, width, height }) => (
        <Skeleton key={width} radius={12} width={width} height={height} maw="80%" ml={isOurs ? 'auto' : 0} />
      ))}
    </div>
  )
}
