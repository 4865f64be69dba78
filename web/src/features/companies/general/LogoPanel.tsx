import { Button, FileButton, Group, Progress } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFieldErrors } from '@/shared/api/useFieldErrors'
import { sessionQuery, useSession } from '@/shared/auth/session'
import { useFormat } from '@/shared/time/useFormat'
import { CompanyMark } from '@/shared/ui/CompanyMark'
import { FormError } from '@/shared/ui/FormError'
import { Panel } from '@/shared/ui/Panel'
import { toast } from '@/shared/ui/toast'
import { companyQuery, keys, uploadLogo } from '../api'
import type { Company } from '../types'
import c from './LogoPanel.module.css'

// The server's own bound, bytes; told before a phone sends it over a slow line.
const largest = 10 * 1_048_576

interface LogoPanelProps {
  company: Company
  /** Name and colour as they are being typed. */
  preview: { name: string; color: string }
  canEdit: boolean
}

/** The chosen picture is shown at once; it replaces the old one when the server has it. */
export function LogoPanel({ company, preview, canEdit }: LogoPanelProps) {
  const { t } = useTranslation(['companies', 'common'])
  const queryClient = useQueryClient()
  const { workspace } = useSession()
  const format = useFormat()
  const fieldErrors = useFieldErrors('companies')
  const [chosen, setChosen] = useState<{ url: string; file: File } | null>(null)
  const [share, setShare] = useState(0)
  const [isTooLarge, setTooLarge] = useState(false)
  const abort = useRef<AbortController | null>(null)
  const resetFile = useRef<() => void>(null)

  useEffect(() => {
    if (!chosen) return
    return () => URL.revokeObjectURL(chosen.url)
  }, [chosen])
  useEffect(() => () => abort.current?.abort(), [])

  const send = useMutation({
    meta: { quiet: true },
    mutationFn: (file: File) => {
      abort.current = new AbortController()
      setShare(0)
      return uploadLogo(company.id, file, setShare, abort.current.signal)
    },
    onSuccess: (changed) => {
      queryClient.setQueryData(companyQuery(company.id).queryKey, changed)
      setChosen(null)
      toast.done(t('common:toast.saved'))
      void queryClient.invalidateQueries({ queryKey: keys.list })
      if (workspace?.id === company.id) {
        void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
      }
    },
    onSettled: () => resetFile.current?.(),
  })
  const choose = (file: File | null) => {
    if (!file) return
    setTooLarge(file.size > largest)
    send.reset()
    if (file.size > largest) return
    setChosen({ url: URL.createObjectURL(file), file })
    send.mutate(file)
  }
  const forget = () => {
    abort.current?.abort()
    send.reset()
    setChosen(null)
  }
  const refusal = fieldErrors(send.error).file
  const isAborted = send.error instanceof DOMException
  return (
    <Panel title={t('logo.title')} text={t('logo.text', { size: format.size(largest) })}>
      <div className={c.row}>
        <span className={c.mark} data-waiting={send.isPending || undefined}>
          <CompanyMark
            name={preview.name}
            color={preview.color}
            logoUrl={(refusal ? undefined : chosen?.url) ?? company.logo_url}
            size={72}
          />
        </span>
        <div className={c.words}>
          <Group gap="xs">
            <FileButton accept="image/*" onChange={choose} resetRef={resetFile} disabled={!canEdit}>
              {(props) => (
                <Button
                  {...props}
                  variant="default"
                  leftSection={<IconUpload size={16} stroke={1.5} />}
                  disabled={!canEdit || send.isPending}
                >
                  {company.logo_url ? t('logo.replace') : t('logo.choose')}
                </Button>
              )}
            </FileButton>
            {chosen && !refusal && (
              <Button variant="subtle" color="gray" onClick={forget}>
                {t('common:action.cancel')}
              </Button>
            )}
            {send.isError && chosen && !refusal && !isAborted && (
              <Button variant="default" onClick={() => send.mutate(chosen.file)}>
                {t('common:action.tryAgain')}
              </Button>
            )}
          </Group>
          {send.isPending && (
            <Progress
              value={share * 100}
              size="sm"
              mt="sm"
              aria-label={t('logo.sending')}
              transitionDuration={120}
            />
          )}
          <div aria-live="polite">
            {isTooLarge && <p className={c.wrong}>{t('logo.tooLarge', { size: format.size(largest) })}</p>}
          </div>
          {send.isError && !isAborted && (
            <div className={c.error}>
              {refusal ? (
                <p className={c.wrong}>{refusal}</p>
              ) : (
                <FormError error={send.error} namespace="companies" />
              )}
            </div>
          )}
        </div>
      </div>
    </Panel>
  )
}
