import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import '@mantine/spotlight/styles.layer.css'
import '@fontsource-variable/inter/wght.css'
import '@/shared/theme/global.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { newQueryClient } from '@/shared/api/queryClient'
import { reportFailure } from '@/shared/api/report'
import { sessionQuery } from '@/shared/auth/session'
import { startTexts } from '@/shared/i18n'
import { applyDensity } from '@/shared/theme/preferences'
import { toast } from '@/shared/ui/toast'
import { App } from './App'
import { fromHash } from './legacy'
import { reloadOnStaleChunk } from './reload'
import { newRouter } from './router'

const realPath = fromHash(window.location.hash)
if (realPath) window.history.replaceState(null, '', realPath)

reloadOnStaleChunk()
applyDensity(document.documentElement)
window.addEventListener('unhandledrejection', (event) => void reportFailure(event.reason, 'promise'))
window.addEventListener('error', (event) => void reportFailure(event.error ?? event.message, 'window'))

const queryClient = newQueryClient({
  onSignedOut: () => {
    queryClient.setQueryData(sessionQuery.queryKey, null)
    if (window.location.pathname === '/login') return
    void router.navigate({
      to: '/login',
      search: { next: window.location.pathname + window.location.search },
    })
  },
  onMutationError: (error) => toast.error(error),
})
const router = newRouter(queryClient)

const host = document.getElementById('root')
if (!host) throw new Error('index.html has no #root')
await startTexts()
createRoot(host).render(
  <StrictMode>
    <App queryClient={queryClient} router={router} />
  </StrictMode>,
)
