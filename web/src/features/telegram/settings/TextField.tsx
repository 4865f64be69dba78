import { ActionIcon, Button, Textarea } from '@mantine/core'
import { IconBold, IconItalic, IconLink } from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/shared/time/useFormat'
import { longestText, type TextProblem, textProblem, variables, wrap } from '../markup'
import c from './texts.module.css'

interface TextFieldProps {
  label: string
  value: string
  /** How long it is with ordinary names in it, as Telegram counts. */
  length: number
  canEdit: boolean
  refused: string
  onChange: (text: string) => void
}

const marks = [
  { id: 'bold', icon: IconBold, before: '<b>', after: '</b>' },
  { id: 'italic', icon: IconItalic, before: '<i>', after: '</i>' },
  { id: 'link', icon: IconLink, before: '<a href="https://">', after: '</a>' },
] as const

export function TextField({ label, value, length, canEdit, refused, onChange }: TextFieldProps) {
  const { t } = useTranslation('telegram')
  const format = useFormat()
  const field = useRef<HTMLTextAreaElement>(null)
  const problem = textProblem(value)
  const put = (before: string, after = '') => {
    const element = field.current
    if (!element) return
    const next = wrap(
      { text: value, start: element.selectionStart, end: element.selectionEnd },
      before,
      after,
    )
    onChange(next.text)
    requestAnimationFrame(() => {
      element.focus()
      element.setSelectionRange(next.start, next.end)
    })
  }
  const sentence = (wrong: TextProblem) => {
    switch (wrong.kind) {
      case 'long':
        return t('texts.problem.long', { count: wrong.over })
      case 'unknown':
      case 'order':
      case 'unclosed':
        return t(`texts.problem.${wrong.kind}`, { tag: wrong.tag })
      default:
        return t(`texts.problem.${wrong.kind}`)
    }
  }
  return (
    <div>
      {canEdit && (
        <div className={c.tools} role="toolbar" aria-label={t('texts.tools')}>
          {variables.map((variable) => (
            <Button
              key={variable}
              size="compact-xs"
              variant="light"
              ff="monospace"
              title={t(`texts.variable.${variable}`)}
              aria-label={`${variable}: ${t(`texts.variable.${variable}`)}`}
              onClick={() => put(variable)}
            >
              {variable}
            </Button>
          ))}
          <span className={c.gap} />
          {marks.map(({ id, icon: Icon, before, after }) => (
            <ActionIcon
              key={id}
              size={24}
              variant="default"
              title={t(`texts.mark.${id}`)}
              aria-label={t(`texts.mark.${id}`)}
              onClick={() => put(before, after)}
            >
              <Icon size={15} stroke={1.7} />
            </ActionIcon>
          ))}
        </div>
      )}
      <Textarea
        ref={field}
        label={label}
        description={t('texts.hint')}
        value={value}
        autosize
        minRows={5}
        maxRows={16}
        readOnly={!canEdit}
        error={problem ? sentence(problem) : refused || undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <p className={c.count} data-wrong={problem?.kind === 'long' || undefined}>
        {t('texts.length', { length: format.count(length), most: format.count(longestText) })}
      </p>
    </div>
  )
}
