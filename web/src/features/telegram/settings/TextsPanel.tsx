import { SegmentedControl, Switch } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/shared/auth/session'
import { type Language, languageNames, languages } from '@/shared/i18n'
import { Panel } from '@/shared/ui/Panel'
import { fill, readMarkup, textProblem } from '../markup'
import type { Texts } from '../types'
import { Bubble } from './Bubble'
import { TextField } from './TextField'
import c from './texts.module.css'

interface TextsPanelProps {
  kind: 'greeting' | 'away'
  botName: string
  texts: Texts
  isOn: boolean
  canEdit: boolean
  /** What the server refused, by `greeting.uk`. */
  refused: Record<string, string>
  onTexts: (texts: Texts) => void
  onSwitch: (isOn: boolean) => void
}

// A customer of our own for the preview, in each language.
const samples: Record<Language, string> = { uk: 'Олена Коваль', en: 'Olena Koval', ru: 'Елена Коваль' }

/** One automatic message in three languages, as it is written and as a customer will see it. */
export function TextsPanel(props: TextsPanelProps) {
  const { kind, botName, texts, isOn, canEdit, refused, onTexts, onSwitch } = props
  const { t } = useTranslation('telegram')
  const { workspace } = useSession()
  const home = workspace?.language ?? 'uk'
  const [language, setLanguage] = useState<Language>(home)
  const text = texts[language]
  const isMissing = isOn && languages.every((one) => !texts[one].trim())
  // What a customer of this language would get: their own text, else the company's, else any.
  const used = [language, home, 'en', 'uk', 'ru'].find((one) => texts[one as Language].trim()) as
    | Language
    | undefined
  const read = (one: Language) => readMarkup(fill(texts[one], samples[language], workspace?.name ?? ''))
  const shown = used ? read(used) : undefined
  return (
    <Panel
      title={t(`${kind}.title`)}
      text={t(`${kind}.text`)}
      actions={
        <Switch
          label={isOn ? t('bot.on') : t('bot.off')}
          aria-label={t(`${kind}.switch`)}
          checked={isOn}
          disabled={!canEdit}
          onChange={(event) => onSwitch(event.currentTarget.checked)}
        />
      }
    >
      <div className={c.columns}>
        <div className={c.edit}>
          <SegmentedControl
            size="xs"
            aria-label={t('texts.language')}
            value={language}
            onChange={(value) => setLanguage(value as Language)}
            data={languages.map((value) => ({
              value,
              label: (
                <span className={c.language} data-wrong={Boolean(textProblem(texts[value])) || undefined}>
                  {languageNames[value]}
                  {texts[value].trim() && (
                    <span className={c.dot} aria-label={t('texts.written')} role="img" />
                  )}
                </span>
              ),
            }))}
          />
          <TextField
            key={language}
            label={t(`${kind}.label`, { language: languageNames[language] })}
            value={text}
            length={read(language).visible.length}
            canEdit={canEdit}
            refused={
              refused[`${kind}.${language}`] ?? refused[kind] ?? (isMissing ? t('problem.text_missing') : '')
            }
            onChange={(next) => onTexts({ ...texts, [language]: next })}
          />
        </div>
        <div className={c.preview}>
          <Bubble bot={botName} nodes={shown?.nodes ?? []} />
          {used && used !== language && (
            <p className={c.note}>{t('texts.instead', { language: languageNames[used] })}</p>
          )}
        </div>
      </div>
    </Panel>
  )
}
