import { QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { keepCompany } from '@/shared/api/company'
import { newQueryClient } from '@/shared/api/queryClient'
import { sessionQuery } from '@/shared/auth/session'
import { renderPart } from '@/shared/test/render'
import { HttpResponse, http } from '@/shared/test/server'
import { type Inbox, InboxContext } from '../inboxContext'
import type { Filter } from '../types'
import { type FakeServer, session } from './fake'

/** Hands every request of the page to the imagined server. */
export function answersOf(fake: FakeServer) {
  return http.all('*/api/*', async ({ request }) => {
    const isJson = request.headers.get('Content-Type')?.includes('json')
    const body = isJson ? ((await request.json()) as Record<string, unknown>) : {}
    const answer = fake.handle(
      request.method,
      request.url,
      body,
      request.headers.get('Idempotency-Key') ?? '',
    )
    if (answer.json === undefined) return new HttpResponse(null, { status: answer.status })
    return HttpResponse.json(answer.json as Record<string, unknown>, { status: answer.status })
  })
}

function Around({ chat, children }: { chat: string; children: React.ReactNode }) {
  const [filter, setFilter] = useState<Filter>({ view: 'all', bot: '', status: 'open', unread: false, q: '' })
  const [open, setOpen] = useState(chat)
  const inbox: Inbox = {
    filter,
    setFilter: (change) => setFilter((now) => ({ ...now, ...change })),
    chat: open,
    open: setOpen,
    close: () => setOpen(''),
    hrefOf: (id) => `/inbox?chat=${id}`,
    isTimeline: false,
    setTimeline: () => {},
    hasDetails: false,
    setDetails: () => {},
    isPhone: false,
  }
  return <InboxContext value={inbox}>{children}</InboxContext>
}

// The field that grows with its text waits for fonts, of which the test environment has none.
if (!document.fonts) Object.defineProperty(document, 'fonts', { value: new EventTarget() })

/** A part of the inbox with a signed-in person, in English. */
export async function renderInbox(part: React.ReactNode, chat = '') {
  keepCompany(session.workspace.id)
  const queryClient = newQueryClient({ onSignedOut: () => {}, onMutationError: () => {} })
  queryClient.setQueryData(sessionQuery.queryKey, session as never)
  const view = await renderPart(
    <QueryClientProvider client={queryClient}>
      <Around chat={chat}>{part}</Around>
    </QueryClientProvider>,
    ['inbox'],
  )
  return { ...view, queryClient }
}
