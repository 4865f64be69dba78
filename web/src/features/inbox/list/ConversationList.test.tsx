import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { apiServer } from '@/shared/test/server'
import { FakeServer, ids } from '../testing/fake'
import { answersOf, renderInbox } from '../testing/renderInbox'
import { ConversationList } from './ConversationList'

const server = apiServer()
let fake: FakeServer

beforeEach(() => {
  fake = new FakeServer(Date.parse('2026-11-23T10:00:00Z'))
  server.use(answersOf(fake))
  // Without a layout nothing has a height, and a virtual list would show nothing.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(320)
})

const asked = () => fake.seen.filter(({ call }) => call === 'GET /api/conversations').length

describe('the list', () => {
  it('says what will be here while there is nothing', async () => {
    await renderInbox(<ConversationList />)
    expect(await screen.findByText('Conversations with customers will appear here')).toBeTruthy()
  })

  it('says what went wrong and tries again', async () => {
    fake.failures.push({
      call: 'GET /api/conversations',
      answer: { status: 500, json: { request_id: 'r-17' } },
    })
    fake.addConversation({ name: 'Oksana Bondar' })
    await renderInbox(<ConversationList />)
    expect(await screen.findByText('r-17')).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: 'Reload' }))
    expect(await screen.findByText('Oksana Bondar')).toBeTruthy()
  })

  it('shows who waits, who answers and what failed', async () => {
    const conversation = fake.addConversation({
      name: 'Oksana Bondar',
      unread_count: 3,
      blocked: true,
      assignee: { id: ids.colleague, name: 'Taras' },
    })
    fake.addMessage(conversation, { direction: 'out', kind: 'photo', text: '', state: 'failed' })
    await renderInbox(<ConversationList />)
    const row = await screen.findByRole('link', { name: /Oksana Bondar/ })
    expect(row.textContent).toContain('3 unread messages')
    expect(row.textContent).toContain('The customer blocked the bot')
    expect(row.textContent).toContain('Assigned to Taras')
    expect(row.textContent).toContain('Photo')
    expect(screen.getByRole('img', { name: 'Not sent' })).toBeTruthy()
  })

  it('says who wrote last, whoever has the conversation', async () => {
    const assignee = { id: ids.me, name: 'Me' }
    const by = (name: string, author: { id: string; name: string } | null) =>
      fake.addMessage(fake.addConversation({ name, assignee }), { direction: 'out', author })
    by('Oksana Bondar', { id: ids.me, name: 'Me' })
    by('John Smith', { id: ids.colleague, name: 'Taras Melnyk' })
    by('Greta Lind', null)
    await renderInbox(<ConversationList />)
    const row = async (name: string) =>
      (await screen.findByRole('link', { name: new RegExp(name) })).textContent
    expect(await row('Oksana Bondar')).toContain('You:')
    expect(await row('John Smith')).toContain('Taras:')
    expect(await row('Greta Lind')).toContain('Bot:')
  })

  it('searches when the typing pauses, once', async () => {
    fake.addConversation({ name: 'Oksana Bondar' })
    fake.addConversation({ name: 'John Smith' })
    await renderInbox(<ConversationList />)
    await screen.findByText('John Smith')
    const before = asked()
    await userEvent.type(screen.getByRole('searchbox'), 'oksana')
    await waitFor(() => expect(screen.queryByText('John Smith')).toBeNull())
    expect(screen.getByText('Oksana Bondar')).toBeTruthy()
    expect(asked() - before).toBe(1)
  })
})
