import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { newQueryClient } from '../api/queryClient'
import { i18n, startTexts } from '../i18n'
import { cssVariablesResolver, theme } from '../theme/theme'

/** A part as it stands in the app: theme, texts in English, an empty cache. */
export async function renderPart(
  part: ReactNode,
  namespaces: Parameters<typeof i18n.loadNamespaces>[0] = [],
) {
  localStorage.setItem('cartie-language', 'en')
  if (!i18n.isInitialized) await startTexts()
  await i18n.loadNamespaces(namespaces)
  const queryClient = newQueryClient({ onSignedOut: () => {}, onMutationError: () => {} })
  const view = render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} env="test">
      <QueryClientProvider client={queryClient}>{part}</QueryClientProvider>
    </MantineProvider>,
  )
  return { ...view, queryClient }
}
