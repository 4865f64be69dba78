import { Stack, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { toApiError } from '@/shared/api/problem'
import { useCan, useSession } from '@/shared/auth/session'
import { languages } from '@/shared/i18n'
import { useDraft } from '@/shared/lib/useDraft'
import { ConflictNotice } from '@/shared/ui/ConflictNotice'
import { FormError } from '@/shared/ui/FormError'
import { LeaveGuard } from '@/shared/ui/LeaveGuard'
import { NeedsRight } from '@/shared/ui/NeedsRight'
import { Panel } from '@/shared/ui/Panel'
import { SaveBar } from '@/shared/ui/SaveBar'
import { ModeChoice } from '../ModeChoice'
import { textProblem } from '../markup'
import type { Bot, Texts } from '../types'
import { useSaveBot } from '../useSaveBot'
import { DeletePanel } from './DeletePanel'
import { TextsPanel } from './TextsPanel'
import { TokenPanel } from './TokenPanel'

type Settings = Pick<Bot, 'name' | 'mode' | 'is_enabled' | 'greeting_on' | 'away_on'> & {
  greeting: Texts
  away: Texts
}

function texts(all: Record<string, string>): Texts {
  return { uk: all.uk ?? '', en: all.en ?? '', ru: all.ru ?? '' }
}

function pick(bot: Bot): Settings {
  const { name, mode, is_enabled, greeting_on, away_on } = bot
  return {
    name,
    mode,
    is_enabled,
    greeting_on,
    away_on,
    greeting: texts(bot.greeting),
    away: texts(bot.away),
  }
}

function areTextsRight(all: Texts, isOn: boolean): boolean {
  if (languages.some((language) => textProblem(all[language]))) return false
  return !isOn || languages.some((language) => all[language].trim())
}

export function SettingsTab({ bot }: { bot: Bot }) {
  const { t } = useTranslation(['telegram', 'common'])
  const { workspace } = useSession()
  const canManage = useCan('MANAGE_BOTS')
  const draft = useDraft(pick(bot), bot.version)
  const { values } = draft
  const saving = useSaveBot(bot.id, draft, pick)
  const code = saving.error ? toApiError(saving.error).code : ''
  const isModeRefused = code === 'no_public_url'
  const isWrong =
    !values.name.trim() ||
    !areTextsRight(values.greeting, values.greeting_on) ||
    !areTextsRight(values.away, values.away_on)
  const show = (field: keyof Settings, value: Settings[keyof Settings]) => {
    if (field === 'name') return String(value)
    if (field === 'mode') return t(`mode.${value as Bot['mode']}`)
    return typeof value === 'boolean' ? t(value ? 'bot.on' : 'bot.off') : ''
  }
  return (
    <>
      {!canManage && workspace && <NeedsRight permission="MANAGE_BOTS" role={workspace.role} />}
      {!isModeRefused && <FormError error={saving.error} namespace="telegram" />}
      <ConflictNotice
        news={draft.news}
        label={(field) => t(`settings.field.${field}`)}
        show={show}
        onTake={saving.set}
        onDismiss={draft.dismissNews}
      />
      <Panel title={t('settings.title')}>
        <Stack gap="md" maw={520}>
          <Switch
            label={t('settings.enabled')}
            description={t('settings.enabledText')}
            checked={values.is_enabled}
            disabled={!canManage}
            onChange={(event) => saving.set({ is_enabled: event.currentTarget.checked })}
          />
          <TextInput
            label={t('settings.name')}
            description={t('settings.nameHint')}
            value={values.name}
            maxLength={100}
            readOnly={!canManage}
            error={values.name.trim() ? saving.fields.name : t('common:problem.name_empty')}
            onChange={(event) => saving.set({ name: event.currentTarget.value })}
          />
          <ModeChoice
            value={values.mode}
            isReadOnly={!canManage}
            error={isModeRefused ? t('problem.no_public_url') : saving.fields.mode}
            onChange={(mode) => saving.set({ mode })}
          />
        </Stack>
      </Panel>
      {(['greeting', 'away'] as const).map((kind) => (
        <TextsPanel
          key={kind}
          kind={kind}
          botName={values.name}
          texts={values[kind]}
          isOn={values[`${kind}_on`]}
          canEdit={canManage}
          refused={saving.fields}
          onTexts={(next) => saving.set({ [kind]: next })}
          onSwitch={(isOn) => saving.set({ [`${kind}_on`]: isOn })}
        />
      ))}
      <TokenPanel bot={bot} canManage={canManage} />
      <DeletePanel bot={bot} canManage={canManage} />
      <SaveBar
        isDirty={draft.isDirty}
        isSaving={saving.isPending}
        isWrong={isWrong}
        onSave={saving.save}
        onDiscard={() => {
          draft.reset()
          saving.set({})
        }}
      />
      <LeaveGuard isDirty={draft.isDirty} />
    </>
  )
}
