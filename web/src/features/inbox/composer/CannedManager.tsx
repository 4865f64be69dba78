import { Button, Group, Modal, Tabs, Textarea, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { languageNames, languages } from '@/shared/i18n'
import { ConfirmButton } from '@/shared/ui/ConfirmButton'
import { ErrorState } from '@/shared/ui/ErrorState'
import { FormError } from '@/shared/ui/FormError'
import { RowsSkeleton } from '@/shared/ui/skeletons'
import { toast } from '@/shared/ui/toast'
import { type CannedValues, cannedQuery, changeCanned, createCanned, deleteCanned, keys } from '../api'
import type { CannedReply } from '../types'
import c from './CannedManager.module.css'

/** The company's canned answers: written once, in each language that customers speak. */
export function CannedManagerButton() {
  const { t } = useTranslation('inbox')
  const [isOpen, { open, close }] = useDisclosure(false)
  return (
    <>
      <Button size="compact-xs" variant="subtle" onClick={open}>
        {t('canned.manage')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('canned.title')}
        size="lg"
        closeButtonProps={{ 'aria-label': t('canned.close') }}
      >
        {isOpen && <Manager />}
      </Modal>
    </>
  )
}

function Manager() {
  const { t } = useTranslation('inbox')
  const { data, error, isPending, refetch } = useQuery(cannedQuery())
  const [chosen, setChosen] = useState<CannedReply | 'new' | undefined>()
  if (isPending) return <RowsSkeleton rows={4} columns={2} />
  if (error && !data) return <ErrorState error={error} onReload={() => void refetch()} />
  if (chosen) {
    return (
      <Editor
        key={chosen === 'new' ? 'new' : chosen.id}
        reply={chosen === 'new' ? undefined : chosen}
        onEnd={() => setChosen(undefined)}
      />
    )
  }
  return (
    <>
      <p className={c.lead}>{t('canned.lead')}</p>
      <ul className={c.list}>
        {data.map((reply) => (
          <li key={reply.id}>
            <button type="button" className={c.row} onClick={() => setChosen(reply)}>
              <span className={c.shortcut}>/{reply.shortcut.replace(/^\//, '')}</span>
              <span>{reply.title}</span>
            </button>
          </li>
        ))}
      </ul>
      <Button
        variant="light"
        leftSection={<IconPlus size={16} stroke={1.5} />}
        onClick={() => setChosen('new')}
        data-autofocus
      >
        {t('canned.add')}
      </Button>
    </>
  )
}

function Editor({ reply, onEnd }: { reply: CannedReply | undefined; onEnd: () => void }) {
  const { t } = useTranslation('inbox')
  const client = useQueryClient()
  const [values, setValues] = useState<CannedValues>({
    shortcut: reply?.shortcut ?? '',
    title: reply?.title ?? '',
    text: { uk: '', en: '', ru: '', ...reply?.text },
  })
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const done = async (call: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    try {
      await call()
      await client.invalidateQueries({ queryKey: keys.canned() })
      onEnd()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      className={c.form}
      onSubmit={(event) => {
        event.preventDefault()
        void done(() => (reply ? changeCanned(reply.id, values, reply.version) : createCanned(values)))
      }}
    >
      <FormError error={error} namespace="inbox" />
      <Group grow align="flex-start">
        <TextInput
          label={t('canned.shortcut')}
          value={values.shortcut}
          leftSection="/"
          required
          data-autofocus
          onChange={(event) => {
            const shortcut = event.currentTarget.value.replace(/^\//, '')
            setValues((now) => ({ ...now, shortcut }))
          }}
        />
        <TextInput
          label={t('canned.name')}
          value={values.title}
          required
          onChange={(event) => {
            const title = event.currentTarget.value
            setValues((now) => ({ ...now, title }))
          }}
        />
      </Group>
      <Tabs defaultValue="uk">
        <Tabs.List>
          {languages.map((language) => (
            <Tabs.Tab key={language} value={language}>
              {languageNames[language]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {languages.map((language) => (
          <Tabs.Panel key={language} value={language} pt="xs">
            <Textarea
              autosize
              minRows={4}
              maxRows={12}
              value={values.text[language]}
              aria-label={t('canned.textIn', { language: languageNames[language] })}
              description={t('canned.variables')}
              inputWrapperOrder={['input', 'description']}
              onChange={(event) => {
                const text = event.currentTarget.value
                setValues((now) => ({ ...now, text: { ...now.text, [language]: text } }))
              }}
            />
          </Tabs.Panel>
        ))}
      </Tabs>
      <Group justify="space-between">
        {reply ? (
          <ConfirmButton
            color="red"
            leftSection={<IconTrash size={16} stroke={1.5} />}
            question={t('canned.deleteQuestion', { title: reply.title })}
            confirm={t('canned.delete')}
            onConfirm={() =>
              deleteCanned(reply.id)
                .then(() => client.invalidateQueries({ queryKey: keys.canned() }))
                .then(onEnd, (thrown) => {
                  toast.error(thrown, 'inbox')
                  throw thrown
                })
            }
          >
            {t('canned.delete')}
          </ConfirmButton>
        ) : (
          <span />
        )}
        <Group>
          <Button variant="default" onClick={onEnd}>
            {t('canned.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('canned.save')}
          </Button>
        </Group>
      </Group>
    </form>
  )
}
