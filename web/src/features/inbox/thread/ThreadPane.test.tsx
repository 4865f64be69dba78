import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { apiServer } from '@/shared/test/server'
import { useComposing } from '../composing'
import { useOutbox } from '../outbox'
import { FakeServer, ids } from '../testing/fake'
import { answersOf, renderInbox } from '../testing/renderInbox'
import { LiveInbox } from '../useInboxEvents'
import { ThreadPane } from './ThreadPane'

const server = apiServer()
let fake: FakeServer

beforeEach(() => {
  localStorage.clear()
  useComposing.setState({ byConversation: {} })
  useOutbox.setState({ items: [] })
  fake = new FakeServer(Date.parse('2026-11-23T10:00:00Z'))
  server.use(answersOf(fake))
})

// Nothing is left to be kept when the page goes.
afterEach(() => useComposing.setState({ byConversation: {} }))

async function openThread(change = {}) {
  const conversation = fake.addConversation({ name: 'Oksana Bondar', ...change })
  fake.addMessage(conversation, { text: 'Is the <b>X5</b> still there?' })
  const view = await renderInbox(<ThreadPane id={conversation.id} />, conversation.id)
  const log = await screen.findByRole('log')
  return { ...view, conversation, log, user: userEvent.setup() }
}

const box = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Text of the message' })
const sends = () => fake.seen.filter(({ call }) => /^POST .*\/messages$/.test(call))

describe('the thread', () => {
  it('shows what was said', async () => {
    const { log } = await openThread()
    expect((await within(log).findByText('X5')).tagName).toBe('STRONG')
  })

  it('shows why a message failed and sends it again', async () => {
    const { conversation, queryClient, user, log } = await openThread()
    fake.addMessage(conversation, {
      direction: 'out',
      text: 'Address',
      state: 'failed',
      error: { kind: 'limited', text: 'Too Many Requests: retry after 17' },
    })
    await queryClient.invalidateQueries()
    expect(await within(log).findByText('Too Many Requests: retry after 17')).toBeTruthy()
    await user.click(within(log).getByRole('button', { name: 'Retry' }))
    await waitFor(() => expect(within(log).queryByText(/Too Many Requests/)).toBeNull())
    expect(fake.seen.some(({ call }) => call.endsWith('/retry'))).toBe(true)
  })

  it('asks what became of a message of unknown fate', async () => {
    const { conversation, queryClient, user, log } = await openThread()
    fake.addMessage(conversation, { direction: 'out', text: 'Phone', state: 'unknown' })
    await queryClient.invalidateQueries()
    await user.click(await within(log).findByRole('button', { name: 'It arrived' }))
    await waitFor(() => expect(fake.seen.at(-1)?.body).toEqual({ outcome: 'arrived' }))
  })

  it('takes in new messages and states as they are told', async () => {
    const { conversation, queryClient, log } = await openThread()
    const live = new LiveInbox(queryClient, 'me', () => conversation.id)
    const event = (kind: string, data: Record<string, unknown>) => ({
      seq: 1,
      kind,
      subject_type: 'conversation',
      subject_id: conversation.id,
      data,
      at: '',
    })
    const message = fake.addMessage(conversation, { text: 'One more question' })
    live.take([event('message.received', { message_id: message.id, seq: message.seq })])
    expect(await within(log).findByText('One more question')).toBeTruthy()
    message.text = 'Another question'
    live.take([event('message.edited', { message_id: message.id, seq: message.seq })])
    expect(await within(log).findByText('Another question')).toBeTruthy()
  })
})

describe('the composer', () => {
  it('sends on Enter, shows the message at once and only once', async () => {
    const { user, log } = await openThread()
    await user.type(await box(), '5 < 6{Enter}')
    expect((await box()).value).toBe('')
    await waitFor(() => expect(useOutbox.getState().items).toHaveLength(0))
    expect(within(log).getAllByText('5 < 6')).toHaveLength(1)
    expect(sends().map(({ body }) => body.text)).toEqual(['5 &lt; 6'])
  })

  it('starts a new line on Shift+Enter', async () => {
    const { user } = await openThread()
    await user.type(await box(), 'a{Shift>}{Enter}{/Shift}b')
    expect((await box()).value).toBe('a\nb')
    expect(sends()).toHaveLength(0)
  })

  it('keeps a refused message with its reason and gives the words back', async () => {
    const { user, log } = await openThread()
    fake.failures.push({ call: '/messages', answer: { status: 409, json: { code: 'blocked' } } })
    await user.type(await box(), 'hello{Enter}')
    expect(await within(log).findByText(/blocked the bot/)).toBeTruthy()
    await user.click(within(log).getByRole('button', { name: 'Change the text' }))
    expect((await box()).value).toBe('hello')
    expect(useOutbox.getState().items).toHaveLength(0)
  })

  it('keeps the words when the server is away, and sends them later with the same key', async () => {
    const { user, queryClient } = await openThread()
    fake.failures.push({ call: 'POST /api/conversations', answer: { status: 503, json: {} } })
    await user.type(await box(), 'later{Enter}')
    await waitFor(() => expect(useOutbox.getState().items[0]?.refusal?.kind).toBe('unavailable'))
    expect(localStorage.getItem(`cartie-outbox-${ids.workspace}`)).toContain('later')
    const { pump } = await import('../outbox')
    pump(queryClient)
    await waitFor(() => expect(useOutbox.getState().items).toHaveLength(0))
    const keys = sends().map(({ key }) => key)
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
  })

  it('keeps what is typed in this browser and on the server', async () => {
    const { user, conversation, unmount } = await openThread()
    await user.type(await box(), 'half a thou')
    expect(localStorage.getItem(`cartie-draft-${ids.workspace}-${conversation.id}`)).toContain('half a thou')
    unmount()
    await waitFor(() => expect(fake.drafts.get(conversation.id)?.text).toBe('half a thou'))
  })

  it('brings back a draft from another device', async () => {
    const conversation = fake.addConversation({})
    fake.drafts.set(conversation.id, { text: 'from the phone' })
    await renderInbox(<ThreadPane id={conversation.id} />, conversation.id)
    await waitFor(async () => expect((await box()).value).toBe('from the phone'))
  })

  it('edits my last message with the arrow up, and loses neither text on an error', async () => {
    const { user, conversation, queryClient, log } = await openThread()
    const message = fake.addMessage(conversation, { direction: 'out', text: 'Comme &amp; see' })
    await queryClient.invalidateQueries()
    await within(log).findByText('Comme & see')
    await user.click(await box())
    await user.keyboard('{ArrowUp}')
    expect((await box()).value).toBe('Comme & see')
    fake.failures.push({ call: 'PATCH', answer: { status: 409, json: { code: 'sending' } } })
    await user.clear(await box())
    await user.type(await box(), 'Come & see{Enter}')
    expect((await box()).value).toBe('Come & see')
    await waitFor(() => expect(fake.failures).toHaveLength(0))
    await user.type(await box(), '{Enter}')
    await waitFor(() => expect(message.text).toBe('Come &amp; see'))
    await waitFor(async () => expect((await box()).value).toBe(''))
  })

  it('keeps the formatting of a message that is edited', async () => {
    const { user, conversation, queryClient, log } = await openThread()
    const text = '<b>Two</b> <a href="https://e.example/?a=1&amp;b=2">estates</a> &amp; a van'
    const message = fake.addMessage(conversation, { direction: 'out', text })
    await queryClient.invalidateQueries()
    await within(log).findByText('estates')
    await user.click(await box())
    await user.keyboard('{ArrowUp}')
    expect((await box()).value).toBe(text)
    expect(screen.getByText(/The formatting stands as tags/)).toBeTruthy()
    await user.type(await box(), '!{Enter}')
    await waitFor(() => expect(message.text).toBe(`${text}!`))
    await waitFor(async () => expect((await box()).value).toBe(''))
  })

  it('refuses a text that Telegram would not take, and says by how much', async () => {
    const { user } = await openThread()
    await user.click(await box())
    await user.paste('x'.repeat(4_100))
    expect(await screen.findByText('Too long by 4 characters: Telegram takes at most 4096')).toBeTruthy()
    await user.keyboard('{Enter}')
    expect(sends()).toHaveLength(0)
  })

  it('finds a canned answer behind the first hundred', async () => {
    for (let n = 0; n < 230; n++) {
      fake.canned.push({
        id: `k${n}`,
        shortcut: `s${n}`,
        title: `Answer ${n}`,
        text: { uk: 'так' },
        version: 1,
      })
    }
    const { user } = await openThread()
    await user.type(await box(), '/s229')
    expect(await screen.findByRole('option', { name: /Answer 229/ })).toBeTruthy()
  })

  it('fills in a canned answer', async () => {
    fake.canned.push({
      id: 'k',
      shortcut: 'hi',
      title: 'Hello',
      text: { uk: 'Вітаю, {first_name}!' },
      version: 1,
    })
    const { user } = await openThread()
    await user.type(await box(), '/h')
    await screen.findByRole('option', { name: /Hello/ })
    await user.keyboard('{Enter}')
    expect((await box()).value).toBe('Вітаю, Oksana!')
  })

  it('is closed with the reason when the customer blocked the bot', async () => {
    await openThread({ blocked: true })
    expect(await screen.findByText(/Oksana Bondar blocked this bot/)).toBeTruthy()
    expect(screen.queryByRole('textbox', { name: 'Text of the message' })).toBeNull()
  })
})
