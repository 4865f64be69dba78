import { MantineProvider } from '@mantine/core'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { cssVariablesResolver, theme } from '@/shared/theme/theme'
import { Boundary } from '@/shared/ui/Boundary'
import type { newRouter } from './router'

const Toasts = lazy(() => import('./Toasts').then(({ Toasts }) => ({ default: Toasts })))

// Vite writes the nonce of this answer here; styles made at run time need it.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
// The part of Mantine that keeps the page still under a dialog looks for it under this name.
Object.assign(globalThis, { __webpack_nonce__: nonce })

interface AppProps {
  queryClient: QueryClient
  router: ReturnType<typeof newRouter>
}

export function App({ queryClient, router }: AppProps) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <Suspense>
          <Toasts />
        </Suspense>
        <Boundary name="app">
          <RouterProvider router={router} />
        </Boundary>
      </QueryClientProvider>
    </MantineProvider>
  )
}
