import type { Page } from 'playwright-core'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { bubble, isSent, useBrowser } from './harness/browser.ts'
import { type Chat, newChat } from './harness/chats.ts'
import { Client } from './harness/client.ts'
import { look } from './harness/look.ts'
import { Sandbox } from './harness/sandbox.ts'

const { demo, owner, manager } = inject('world')
const sandbox = new Sandbox(demo.sandbox)
const client = new Client(demo.url, manager)
const { person } = useBrowser()

afterEach(() => sandbox.behave())

const field = (page: Page) => page.getByRole('textbox', { name: 'Text of the message' })
const list = (page: Page) => page.getByRole('region', { name: 'List of conversations' })
const row = (page: Page, name: string) => list(page).getByRole('link').filter({ hasText: name })

async function openChat(chat: Chat, cookie = manager) {
  const one = await person({ url: demo.url, cookie })
  await one.page.goto(`/inbox?chat=${chat.id}`)
  await one.page.getByRole('heading', { level: 2, name: chat.name }).waitFor()
  await field(one.page).waitFor()
  return one
}

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await field(page).press('Enter')
}

async function heard(chat: Chat, text: string): Promise<number> {
  const messages = await sandbox.messages(chat.bot, chat.customer.id)
  return messages.filter((one) => one.text === text).length
}

describe('the list', () => {
  test('keeps search and filters in the address, over a reload and the way back', async () => {
    const chat = await newChat(sandbox, client, ['Zora', 'Quillfeather'], ['Do you buy used cars?'])
    const { page } = await person({ url: demo.url, cookie: manager })
    await page.goto('/inbox')
    await row(page, chat.name).waitFor()
    await page.getByRole('searchbox', { name: 'Name, phone, @username' }).fill('quillf')
    await expect.poll(() => list(page).getByRole('link').count()).toBe(1)
    expect(new URL(page.url()).searchParams.get('q')).toBe('quillf')
    await page.reload()
    await row(page, chat.name).waitFor()
    expect(await list(page).getByRole('link').count()).toBe(1)
    expect(await page.getByRole('searchbox').inputValue()).toBe('quillf')
    await page.getByRole('button', { name: 'Clear the search' }).click()

    await page.getByRole('radiogroup', { name: 'Whose conversations' }).getByText('Unassigned').click()
    await list(page).getByRole('button', { name: 'Unread', exact: true }).click()
    await page.waitForURL(/unread=true/)
    await page.reload()
    await row(page, chat.name).waitFor()
    expect(await page.getByRole('radio', { name: 'Unassigned' }).isChecked()).toBe(true)
    expect(
      await list(page).getByRole('button', { name: 'Unread', exact: true }).getAttribute('aria-pressed'),
    ).toBe('true')
    // Тарас has this one: it is neither unassigned nor shown.
    expect(await row(page, 'Андрій Мельник').count()).toBe(0)
  })

  test('says that nothing was found and shows all again', async () => {
    const { page } = await person({ url: demo.url, cookie: manager })
    await page.goto('/inbox?q=nobody-has-this-name')
    await page.getByText('No conversation matches').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await list(page).getByRole('link').first().waitFor()
  })
})

describe('working on a conversation', () => {
  test('it is assigned, closed and taken back from the toast', async () => {
    const chat = await newChat(sandbox, client, ['Basil', 'Underhill'], ['I want to see the red one'])
    const { page } = await openChat(chat)
    await page.getByTitle('Nobody is assigned').click()
    await page.getByRole('menuitem', { name: 'Assign to me' }).click()
    await page.getByTitle('Assigned to Тарас Бондаренко').waitFor()
    await page.getByText('Тарас Бондаренко assigned: Тарас Бондаренко').waitFor()
    await page.getByRole('radiogroup', { name: 'Whose conversations' }).getByText('Mine').click()
    await row(page, chat.name).waitFor()

    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('button', { name: 'Reopen' }).waitFor()
    await page
      .getByRole('alert')
      .filter({ hasText: `Closed: ${chat.name}` })
      .getByRole('button', { name: 'Undo' })
      .click()
    await page.getByRole('button', { name: 'Close', exact: true }).waitFor()
    await expect
      .poll(async () => (await client.get<{ status: string }>(`/api/conversations/${chat.id}`)).status)
      .toBe('open')

    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('button', { name: 'Reopen' }).waitFor()
    await page.goto('/inbox?status=closed')
    await row(page, chat.name).waitFor()
  })

  test('a note reaches the team at once and never the customer', async () => {
    const chat = await newChat(sandbox, client, ['Cora', 'Nettles'], ['What is the mileage?'])
    const { page } = await openChat(chat)
    const { page: other } = await openChat(chat, owner)
    await page
      .getByRole('textbox', { name: 'Only the team sees it' })
      .fill('She came with her brother on Friday')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    for (const one of [page, other]) await one.getByText('She came with her brother on Friday').waitFor()
    expect(await heard(chat, 'She came with her brother on Friday')).toBe(0)
  })

  test('a canned answer comes after a slash, with its blanks filled in', async () => {
    const chat = await newChat(sandbox, client, ['Delia', 'Rowan'], ['Where are you?'])
    const { items } = await client.get<{ items: { shortcut: string; text: Record<string, string> }[] }>(
      '/api/canned-replies',
    )
    const reply = items.find(({ text }) => /\{(first_)?name\}/.test(Object.values(text).join(' ')))
    expect(reply).toBeDefined()
    const { page } = await openChat(chat)
    await field(page).fill(`/${reply?.shortcut}`)
    await page.getByRole('listbox', { name: 'Canned answers' }).getByRole('option').first().waitFor()
    await field(page).press('Enter')
    await expect.poll(() => field(page).inputValue()).toContain('Delia')
    expect(await field(page).inputValue()).not.toMatch(/[{}]/)
    await field(page).press('Enter')
    await bubble(page, 'Delia').first().waitFor()
  })

  test('a draft outlives a reload and another browser has it', async () => {
    const chat = await newChat(sandbox, client, ['Edgar', 'Moss'], ['Is there a warranty?'])
    const { page } = await openChat(chat)
    await field(page).fill('There is, twelve months and')
    await expect
      .poll(async () => (await client.get<{ text?: string }>(`/api/conversations/${chat.id}/draft`)).text)
      .toBe('There is, twelve months and')
    await page.reload()
    await field(page).waitFor()
    await expect.poll(() => field(page).inputValue()).toBe('There is, twelve months and')
    const { page: other } = await openChat(chat)
    await expect.poll(() => field(other).inputValue()).toBe('There is, twelve months and')
  })
})

describe('when Telegram does not take a message', () => {
  test('what was refused shows the raw words and is sent by Retry', async () => {
    const chat = await newChat(sandbox, client, ['Flora', 'Gale'], ['Can I pay by card?'])
    const { page } = await openChat(chat)
    await sandbox.misbehave({ kind: 'blocked', chat: chat.customer.id, method: 'sendMessage', count: 1 })
    await say(page, 'Yes, with any card')
    const mine = bubble(page, 'Yes, with any card')
    await mine.getByText('Telegram refused: the customer blocked this bot. Nothing was sent.').waitFor()
    await mine.getByText('bot was blocked by the user').waitFor()
    await look(page, 'inbox-refused')
    expect(await heard(chat, 'Yes, with any card')).toBe(0)
    await mine.getByRole('button', { name: 'Retry' }).click()
    await isSent(mine)
    expect(await heard(chat, 'Yes, with any card')).toBe(1)
  })

  test('what may have arrived asks first: it arrived, or send it again', async () => {
    const chat = await newChat(sandbox, client, ['Hugo', 'Fernsby'], ['Is it four wheel drive?'])
    const { page } = await openChat(chat)
    const lost = {
      kind: 'timeout_after_accept',
      chat: chat.customer.id,
      method: 'sendMessage',
      count: 1,
      delay_ms: 50,
    }
    await sandbox.misbehave(lost)
    await say(page, 'It is, on all trims')
    const first = bubble(page, 'It is, on all trims')
    await first.getByRole('button', { name: 'It arrived' }).click()
    await isSent(first)
    expect(await heard(chat, 'It is, on all trims')).toBe(1)

    await sandbox.misbehave(lost)
    await say(page, 'Do you want to drive it?')
    const second = bubble(page, 'Do you want to drive it?')
    await second.getByRole('button', { name: 'Send again' }).click()
    await isSent(second)
    await expect.poll(() => heard(chat, 'Do you want to drive it?')).toBe(2)
  })
})

describe('two people', () => {
  test('see what the other does without reloading', async () => {
    const chat = await newChat(sandbox, client, ['Ivy', 'Thornbury'], ['When do you close?'])
    const { page } = await openChat(chat)
    const { page: other } = await openChat(chat, owner)
    await say(page, 'At seven in the evening')
    await isSent(bubble(page, 'At seven in the evening'))
    const seen = bubble(other, 'At seven in the evening')
    await isSent(seen)
    await seen.getByText('Тарас Бондаренко').waitFor()

    await other.getByTitle('Assigned to Тарас Бондаренко').click()
    await other.getByRole('menuitem', { name: 'Assign to me' }).click()
    await page.getByTitle('Assigned to Олена Каштан').waitFor()
    await other.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('button', { name: 'Reopen' }).waitFor()

    await sandbox.says(chat.bot, chat.customer.id, 'Then I come tomorrow')
    for (const one of [page, other]) await bubble(one, 'Then I come tomorrow').waitFor()
  })
})
