import { Center, Loader, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, api } from '@/shared/api/client'
import { usePageTitle } from '@/shared/lib/usePageTitle'
import { DeadLink } from './DeadLink'
import { useEnter } from './useEnter'

/** A one-click link: the demo prints one, so that nobody types a password to look around. */
export function SigninPage() {
  const { t } = useTranslation('account')
  const { token } = useParams({ from: '/public/signin/$token' })
  const enter = useEnter()
  const signIn = useMutation({
    mutationFn: () => answer(api.POST('/api/signin/{token}', { params: { path: { token } } })),
    meta: { quiet: true },
    onSuccess: (session) => enter(session),
  })
  usePageTitle(t('signin.title'))
  // The link works once, and development mounts every component twice.
  const asked = useRef(false)
  const { mutate } = signIn
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    mutate()
  }, [mutate])
  if (signIn.isError) return <DeadLink error={signIn.error} onReload={() => mutate()} />
  return (
    <Center role="status" mih={240}>
      <div>
        <Center mb="md">
          <Loader color="petrol" />
        </Center>
        <Text c="dimmed">{t('signin.title')}</Text>
      </div>
    </Center>
  )
}
