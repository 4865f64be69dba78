import { expect, it, vi } from 'vitest'
import { newQueryClient } from '@/shared/api/queryClient'
import { apiServer, HttpResponse, http } from '@/shared/test/server'
import { keys, mergeIntoThreads } from './api'
import { noteEarly, takeEarly } from './early'
import { type ThreadData, threadMessages } from './model'
import { FakeServer } from './testing/fake'
import { LiveInbox } from './useInboxEvents'

const server = apiServer()
const fake = new FakeServer(Date.parse('2026-11-23T10:00:00Z'))
const conversation = fake.addConversation({ id: 'c' })

it('shows a delivery that the stream told of before the answer to the request came', async () => {
  const client = newQueryClient({ onSignedOut: () => {}, onMutationError: () => {} })
  const queued = fake.addMessage(conversation, { direction: 'out', text: 'quick', state: 'queued' })
  client.setQueryData<ThreadData>(keys.thread('c'), {
    pages: [{ items: [] }],
    pageParams: [undefined],
  } as never)
  server.use(
    http.get('*/api/conversations/c/messages', () =>
      HttpResponse.json({ items: [{ ...queued, state: 'sent' }] }),
    ),
  )
  new LiveInbox(client, 'me', () => 'c').take([
    {
      seq: 1,
      kind: 'message.state',
      subject_type: 'conversation',
      subject_id: 'c',
      data: { message_id: queued.id, state: 'sent' },
      at: queued.created_at,
    },
  ])
  mergeIntoThreads(client, [queued])
  await vi.waitFor(() => {
    const shown = threadMessages(client.getQueryData<ThreadData>(keys.thread('c')))
    expect(shown.map(({ state }) => state)).toEqual(['sent'])
  })
})

it('remembers only so many', () => {
  for (let n = 0; n <= 500; n++) noteEarly(`m${n}`)
  const early = (id: string) => takeEarly([{ ...fake.addMessage(conversation, {}), id }]).length
  expect(early('m0')).toBe(0)
  expect(early('m1')).toBe(1)
  expect(early('m1')).toBe(0)
})
