import { Alert, Button, Group, List } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Field } from '../lib/merge'
import type { DraftNews } from '../lib/useDraft'

interface ConflictNoticeProps<T> {
  news: DraftNews<T> | undefined
  label: (field: Field<T>) => string
  /** A value in a few words; empty when it does not fit into a line. */
  show: (field: Field<T>, value: T[Field<T>]) => string
  onTake: (patch: Partial<T>) => void
  onDismiss: () => void
}

/** Somebody else saved while this person was typing: what was taken over, and what now stands against what. */
export function ConflictNotice<T>({ news, label, show, onTake, onDismiss }: ConflictNoticeProps<T>) {
  const { t } = useTranslation()
  if (!news) return null
  return (
    <Alert
      role="alert"
      color="amber"
      icon={<IconUsers size={18} stroke={1.5} />}
      title={t('changedByOthers.title')}
      withCloseButton
      closeButtonLabel={t('action.close')}
      onClose={onDismiss}
    >
      {news.taken.length > 0 && (
        <p style={{ margin: 0 }}>
          {t('changedByOthers.taken', { fields: news.taken.map((field) => label(field)).join(', ') })}
        </p>
      )}
      {news.both.length > 0 && (
        <>
          <p style={{ margin: 0 }}>{t('changedByOthers.both')}</p>
          <List size="sm" my={6} spacing={4}>
            {news.both.map(({ field, theirs }) => {
              const value = show(field, theirs)
              return (
                <List.Item key={field}>
                  <Group gap={8}>
                    <span>
                      {value ? t('changedByOthers.value', { field: label(field), value }) : label(field)}
                    </span>
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => onTake({ [field]: theirs } as unknown as Partial<T>)}
                    >
                      {t('changedByOthers.take')}
                    </Button>
                  </Group>
                </List.Item>
              )
            })}
          </List>
        </>
      )}
    </Alert>
  )
}
