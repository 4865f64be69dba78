import { Button } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import c from './SaveBar.module.css'

interface SaveBarProps {
  isDirty: boolean
  isSaving: boolean
  /** Something typed is wrong: it is said beside it. */
  isWrong?: boolean
  onSave: () => void
  onDiscard: () => void
}

/** Appears from below as soon as there is something to save. Ctrl/⌘-S does it too. */
export function SaveBar({ isDirty, isSaving, isWrong = false, onSave, onDiscard }: SaveBarProps) {
  const { t } = useTranslation()
  const canSave = isDirty && !isSaving && !isWrong
  useHotkeys([['mod+S', () => canSave && onSave()]], [])
  if (!isDirty) return null
  return (
    <section className={c.bar} aria-label={t('unsaved.label')}>
      <span className={c.words}>{isWrong ? t('unsaved.wrong') : t('unsaved.label')}</span>
      <Button variant="default" onClick={onDiscard} disabled={isSaving}>
        {t('unsaved.discard')}
      </Button>
      <Button onClick={onSave} loading={isSaving} disabled={isWrong}>
        {t('action.save')}
      </Button>
    </section>
  )
}
