import { ColorInput, Select, Stack, TextInput } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Language, languageNames, languages } from '@/shared/i18n'
import { useDraft } from '@/shared/lib/useDraft'
import { useFormat } from '@/shared/time/useFormat'
import { ConflictNotice } from '@/shared/ui/ConflictNotice'
import { FormError } from '@/shared/ui/FormError'
import { LeaveGuard } from '@/shared/ui/LeaveGuard'
import { NeedsRight } from '@/shared/ui/NeedsRight'
import { Panel } from '@/shared/ui/Panel'
import { SaveBar } from '@/shared/ui/SaveBar'
import { useCanIn } from '../api'
import { countryChoices, currencyChoices, zoneChoices } from '../places'
import type { Company } from '../types'
import { useSaveCompany } from '../useSaveCompany'
import { ActivePanel } from './ActivePanel'
import { LogoPanel } from './LogoPanel'

type General = Pick<Company, 'name' | 'color' | 'timezone' | 'language' | 'currency' | 'country'>

function pick({ name, color, timezone, language, currency, country }: Company): General {
  return { name, color, timezone, language, currency, country }
}

// The product's own petrol first, then tones that read on paper and on the road.
const swatches = ['#0b6e6e', '#1f4e79', '#5b3a8c', '#8a2d22', '#7a4b00', '#345a1d', '#1b1d1f']

// What is chosen stands in the search field: typing replaces it instead of adding to it.
const replaceOnTyping = {
  onClick: (event: React.MouseEvent<HTMLInputElement>) => event.currentTarget.select(),
  onFocus: (event: React.FocusEvent<HTMLInputElement>) => event.currentTarget.select(),
}

export function GeneralTab({ company }: { company: Company }) {
  const { t } = useTranslation(['companies', 'common'])
  const canEdit = useCanIn(company)('MANAGE_SETTINGS')
  const { place } = useFormat()
  const draft = useDraft(pick(company), company.version)
  const { values } = draft
  const saving = useSaveCompany(company.id, draft, pick, (patch) => patch)
  const zones = useMemo(() => zoneChoices(company.timezone, new Date()), [company.timezone])
  const currencies = useMemo(() => currencyChoices(company.currency, place.locale), [company.currency, place])
  const countries = useMemo(() => countryChoices(company.country, place.locale), [company.country, place])

  const isColor = /^#[0-9a-f]{6}$/i.test(values.color)
  const errors: Partial<Record<keyof General, string>> = {
    ...saving.fields,
    ...(values.name.trim() ? {} : { name: t('common:problem.name_empty') }),
    ...(isColor ? {} : { color: t('problem.color_invalid') }),
  }
  const isWrong = !values.name.trim() || !isColor
  const labelOf = (list: { value: string; label: string }[], value: string) =>
    list.find((choice) => choice.value === value)?.label ?? value
  const show = (field: keyof General, value: string) => {
    switch (field) {
      case 'language':
        return languageNames[value as Language] ?? value
      case 'timezone':
        return labelOf(zones, value)
      case 'currency':
        return labelOf(currencies, value)
      case 'country':
        return labelOf(countries, value)
      default:
        return value
    }
  }
  const choose = (field: keyof General) => (value: string | null) => value && saving.set({ [field]: value })

  return (
    <>
      {!canEdit && <NeedsRight permission="MANAGE_SETTINGS" role={company.role} />}
      <LogoPanel company={company} preview={{ name: values.name, color: values.color }} canEdit={canEdit} />
      <Panel title={t('general.title')}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            if (draft.isDirty && !isWrong) saving.save()
          }}
        >
          <Stack gap="md" maw={460}>
            <FormError error={saving.error} namespace="companies" />
            <ConflictNotice
              news={draft.news}
              label={(field) => t(`general.${field}`)}
              show={show}
              onTake={saving.set}
              onDismiss={draft.dismissNews}
            />
            <TextInput
              label={t('general.name')}
              value={values.name}
              maxLength={120}
              readOnly={!canEdit}
              error={errors.name}
              onChange={(event) => saving.set({ name: event.currentTarget.value })}
            />
            <ColorInput
              label={t('general.color')}
              description={t('general.colorHint')}
              value={values.color}
              format="hex"
              swatches={swatches}
              swatchesPerRow={7}
              readOnly={!canEdit}
              error={errors.color}
              eyeDropperButtonProps={{ 'aria-label': t('general.pickColor') }}
              onChange={(color) => saving.set({ color: color.toLowerCase() })}
            />
            <Select
              label={t('general.timezone')}
              description={t('general.timezoneHint')}
              data={zones}
              value={values.timezone}
              searchable
              {...replaceOnTyping}
              allowDeselect={false}
              limit={60}
              nothingFoundMessage={t('general.nothing')}
              readOnly={!canEdit}
              error={errors.timezone}
              onChange={choose('timezone')}
            />
            <Select
              label={t('general.language')}
              description={t('general.languageHint')}
              data={languages.map((value) => ({ value, label: languageNames[value] }))}
              value={values.language}
              allowDeselect={false}
              readOnly={!canEdit}
              error={errors.language}
              onChange={choose('language')}
            />
            <Select
              label={t('general.currency')}
              data={currencies}
              value={values.currency}
              searchable
              {...replaceOnTyping}
              allowDeselect={false}
              limit={60}
              nothingFoundMessage={t('general.nothing')}
              readOnly={!canEdit}
              error={errors.currency}
              onChange={choose('currency')}
            />
            <Select
              label={t('general.country')}
              data={countries}
              value={values.country}
              searchable
              {...replaceOnTyping}
              allowDeselect={false}
              limit={60}
              nothingFoundMessage={t('general.nothing')}
              readOnly={!canEdit}
              error={errors.country}
              onChange={choose('country')}
            />
          </Stack>
          <button type="submit" hidden />
        </form>
      </Panel>
      <ActivePanel company={company} />
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
