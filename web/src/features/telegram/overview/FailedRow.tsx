import { Badge, Button, Group, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '@/shared/time/TimeAgo'
import { ConfirmButton } from '@/shared/ui/ConfirmButton'
import type { FailedUpdate } from '../types'
import c from './overview.module.css'

interface FailedRowProps {
  update: FailedUpdate
  isBusy: boolean
  onRetry: (anyway: boolean) => Promise<unknown>
  onDismiss: () => Promise<unknown>
}

export function FailedRow({ update, isBusy, onRetry, onDismiss }: FailedRowProps) {
  const { t } = useTranslation('telegram')
  const [isOpen, setOpen] = useState(false)
  const bodyId = useId()
  const isConflict = update.reason === 'conflict'
  const Chevron = isOpen ? IconChevronDown : IconChevronRight
  return (
    <li className={c.failed}>
      <div className={c.top}>
        <div className={c.reason}>
          <div className={c.head}>
            <span className="num">{t('failed.number', { number: update.update_id })}</span>
            <Badge color={isConflict ? 'amber' : 'red'}>{t(`failed.reason.${update.reason}`)}</Badge>
          </div>
          <div>{isConflict ? t('failed.conflictText') : update.error}</div>
          {isConflict && update.attempts > 1 && <div>{update.error}</div>}
          <div className={c.meta}>
            <TimeAgo at={update.created_at} /> · {t('failed.attempts', { count: update.attempts })}
          </div>
        </div>
        <Group gap="xs">
          {isConflict ? (
            <ConfirmButton
              size="xs"
              disabled={isBusy}
              question={t('failed.anywayQuestion')}
              confirm={t('failed.anyway')}
              onConfirm={() => onRetry(true)}
            >
              {t('failed.anyway')}
            </ConfirmButton>
          ) : (
            <Button
              size="xs"
              variant="default"
              loading={isBusy}
              onClick={() => void onRetry(false).catch(() => {})}
            >
              {t('failed.retry')}
            </Button>
          )}
          <ConfirmButton
            size="xs"
            disabled={isBusy}
            question={t('failed.dismissQuestion')}
            confirm={t('failed.dismiss')}
            onConfirm={onDismiss}
          >
            {t('failed.dismiss')}
          </ConfirmButton>
        </Group>
      </div>
      <UnstyledButton
        className={c.meta ?? ''}
        aria-expanded={isOpen}
        aria-controls={bodyId}
        onClick={() => setOpen((open) => !open)}
      >
        <Chevron size={14} stroke={1.7} style={{ verticalAlign: -2 }} aria-hidden="true" /> {t('failed.raw')}
      </UnstyledButton>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <pre id={bodyId} className={c.body} tabIndex={0}>
          {JSON.stringify(update.body, null, 2)}
        </pre>
      )}
    </li>
  )
}
