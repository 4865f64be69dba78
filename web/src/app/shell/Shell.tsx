import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { onReset, startEvents } from '@/shared/api/events'
import { sessionQuery } from '@/shared/auth/session'
import { OfflineBanner } from '@/shared/ui/OfflineBanner'
import { PageSkeleton } from '@/shared/ui/skeletons'
import { BottomBar } from './BottomBar'
import { Header } from './Header'
import c from './Shell.module.css'
import { SideNav } from './SideNav'

const Extras = lazy(() => import('./Extras').then(({ Extras }) => ({ default: Extras })))

/** Whether the first page has been drawn and the browser has nothing better to do. */
function useIsQuiet(): boolean {
  const [isQuiet, setQuiet] = useState(false)
  useEffect(() => {
    // Safari has no requestIdleCallback.
    if (typeof requestIdleCallback !== 'function') {
      const timer = setTimeout(() => setQuiet(true), 500)
      return () => clearTimeout(timer)
    }
    const handle = requestIdleCallback(() => setQuiet(true), { timeout: 2_000 })
    return () => cancelIdleCallback(handle)
  }, [])
  return isQuiet
}

/** What is around every page of a signed-in person. It lives through the failures of the pages in it. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const isQuiet = useIsQuiet()

  useEffect(() => {
    const stopReset = onReset(() => void queryClient.invalidateQueries())
    const stopEvents = startEvents(() => {
      queryClient.setQueryData(sessionQuery.queryKey, null)
      void navigate({ to: '/login', search: { next: window.location.pathname + window.location.search } })
    })
    return () => {
      stopEvents()
      stopReset()
    }
  }, [queryClient, navigate])

  return (
    <div className={c.shell}>
      <a className={c.skip} href="#content">
        {t('nav.skip')}
      </a>
      <SideNav />
      <div className={c.column}>
        <Header />
        <OfflineBanner />
        <main id="content" className={c.content} tabIndex={-1}>
          <Suspense fallback={<PageSkeleton />}>{children}</Suspense>
        </main>
        <BottomBar />
      </div>
      {isQuiet && (
        <Suspense>
          <Extras />
        </Suspense>
      )}
    </div>
  )
}
