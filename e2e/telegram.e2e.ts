import { expect, test } from 'vitest'
import { axe, bubble, inScheme, settled, useBrowser } from './harness/browser.ts'
import { look } from './harness/look.ts'
import { useOwn } from './harness/own.ts'
import type { SandboxBot } from './harness/sandbox.ts'

const { person } = useBrowser()
const own = useOwn('Bilous Cars')
let bot: SandboxBot
let address = ''

const owner = () => person({ url: own.plain.url, cookie: own.client.cookie })

test('a bot is connected by its token, a made-up token is refused beside the field', async () => {
  bot = await own.sandbox.addBot('Bilous Cars', 'bilous_cars_bot')
  const one = await owner()
  one.expects(/status of 4\d\d/)
  const { page } = one
  await page.goto('/telegram')
  await page.getByText('Your bots will appear here.').waitFor()
  await page.getByRole('button', { name: 'Add a bot' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add a bot' })
  await dialog.getByLabel('Token', { exact: true }).fill('123456789:AAnobodyKnowsThisTokenOfMine12345678')
  await dialog.getByRole('button', { name: 'Connect' }).click()
  await dialog.getByText('Telegram does not accept this token. Copy it anew from @BotFather.').waitFor()
  expect(await axe(page)).toEqual([])
  await dialog.getByLabel('Token', { exact: true }).fill(bot.token)
  await dialog.getByRole('button', { name: 'Connect' }).click()
  await page.getByRole('heading', { level: 1, name: 'Bilous Cars' }).waitFor()
  await page.getByText('Telegram knows the bot: Bilous Cars, @bilous_cars_bot.').waitFor()
  await page.getByText('The server asks Telegram for updates itself, nothing stands in the way.').waitFor()
  await settled(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    await inScheme(page, colorScheme)
    expect(await axe(page)).toEqual([])
  }
  await look(page, 'telegram-bot')
  address = page.url()
})

test('the greeting that was written here is what a new customer gets', async () => {
  const { page } = await owner()
  await page.goto(`${address}&tab=SETTINGS`)
  const text = page.getByRole('textbox', { name: 'Greeting: English' })
  await text.fill('Welcome, {first_name}! <b>{company}</b> is open till seven')
  await page.getByText('Welcome, Olena!').waitFor()
  const isOn = page.getByRole('switch', { name: 'Send the greeting' })
  if (!(await isOn.isChecked())) await isOn.press('Space')
  await look(page, 'telegram-settings')
  await page
    .getByRole('region', { name: 'Changes are not saved yet' })
    .getByRole('button', { name: 'Save' })
    .click()
  await page.getByRole('region', { name: 'Changes are not saved yet' }).waitFor({ state: 'detached' })
  await page.reload()
  await expect.poll(() => text.inputValue()).toContain('is open till seven')

  const customer = await own.sandbox.addCustomer('Percy', 'Lovelace')
  await own.sandbox.call('POST', 'start', { bot: bot.id, user: customer.id })
  await expect
    .poll(async () => (await own.sandbox.messages(bot.id, customer.id)).map((message) => message.text))
    .toContain('Welcome, Percy! Bilous Cars is open till seven')
})

test('an update whose number was used twice is kept, looked at and dismissed', async () => {
  const customer = await own.sandbox.addCustomer('Rosamund', 'Vane')
  await own.sandbox.misbehave({ kind: 'changed_update', bot: bot.id, count: 1 })
  await own.sandbox.says(bot.id, customer.id, 'Do you have a van?')
  const { page } = await owner()
  await expect
    .poll(async () => (await own.client.get<{ items: unknown[] }>('/api/failed-updates')).items.length)
    .toBe(1)
  await page.goto(address)
  await page.getByText('1 update could not be applied: see below.').waitFor()
  await page.getByText('Number used twice').waitFor()
  await page.getByRole('button', { name: 'As Telegram sent it' }).click()
  await page.locator('pre').getByText('Rosamund').first().waitFor()
  await look(page, 'telegram-failed')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await page.getByText('The update will not be applied, and it leaves this list.').waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).last().click()
  await page.getByText('There are none.').waitFor()
  await page.getByText('Every update was applied.').waitFor()
})

test('an update whose number was used twice is applied anyway, and stands in the chat beside the other', async () => {
  const customer = await own.sandbox.addCustomer('Ottoline', 'Marsh')
  await own.sandbox.misbehave({ kind: 'changed_update', bot: bot.id, count: 1 })
  await own.sandbox.says(bot.id, customer.id, 'The blue one, please')
  const { page } = await owner()
  await page.goto(address)
  await page.getByText('Number used twice').waitFor()
  await page.getByRole('button', { name: 'Apply anyway' }).click()
  await page.getByRole('button', { name: 'Apply anyway' }).last().click()
  await page.getByText('Every update was applied.').waitFor()
  await page.goto('/inbox')
  await page.getByRole('link').filter({ hasText: 'Ottoline Marsh' }).click()
  await bubble(page, 'The blue one, please (changed)').waitFor()
  await bubble(page, 'The blue one, please (changed)').getByText('kept from a conflict').last().waitFor()
  expect(await page.getByText('The blue one, please', { exact: false }).count()).toBeGreaterThan(1)
  expect(await axe(page)).toEqual([])
  await look(page, 'inbox-conflict')
})

test('an update that failed is tried again', async () => {
  const customer = await own.sandbox.addCustomer('Hyacinth', 'Rowe')
  await own.sandbox.misbehave({ kind: 'repeated_message', bot: bot.id, count: 1 })
  await own.sandbox.says(bot.id, customer.id, 'Is the estate car sold?')
  const { page } = await owner()
  await page.goto(address)
  await page.getByText('The chat has another message with this number.').waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Every update was applied.').waitFor()
  await page.goto('/inbox')
  await page.getByRole('link').filter({ hasText: 'Hyacinth Rowe' }).click()
  await bubble(page, 'Is the estate car sold?').nth(1).waitFor()
})

test('a person who lets the bot in again is not called blocked any more once a message arrives', async () => {
  const customer = await own.sandbox.addCustomer('Barnaby', 'Quill')
  await own.sandbox.says(bot.id, customer.id, 'Anything with a tow bar?')
  const { page } = await owner()
  await page.goto('/inbox')
  const row = page.getByRole('link').filter({ hasText: 'Barnaby Quill' })
  await row.click()
  await bubble(page, 'Anything with a tow bar?').waitFor()
  await own.sandbox.misbehave({ kind: 'blocked', bot: bot.id, chat: customer.id, count: 1 })
  const field = page.getByRole('textbox', { name: 'Text of the message' })
  await field.fill('Two estates')
  await field.press('Enter')
  await row.getByText('The customer blocked the bot').waitFor({ state: 'attached' })
  await page.getByText('Blocked the bot', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Retry' }).click()
  await row.getByText('The customer blocked the bot').waitFor({ state: 'detached' })
  await page.getByText('Blocked the bot', { exact: true }).waitFor({ state: 'detached' })
})

test('a bot that is switched off takes nothing, and takes what waited when it is on again', async () => {
  const customer = await own.sandbox.addCustomer('Silas', 'Penhaligon')
  const { page } = await owner()
  await page.goto(`${address}&tab=SETTINGS`)
  const works = page.getByRole('switch', { name: 'The bot works' })
  const save = async () => {
    const bar = page.getByRole('region', { name: 'Changes are not saved yet' })
    await bar.getByRole('button', { name: 'Save' }).click()
    await bar.waitFor({ state: 'detached' })
  }
  await works.press('Space')
  await save()
  expect(await works.isChecked()).toBe(false)
  await own.sandbox.says(bot.id, customer.id, 'Is anybody there?')
  await page.goto('/telegram')
  await page.getByText('Off', { exact: true }).waitFor()
  const { items } = await own.client.get<{ items: unknown[] }>('/api/conversations?q=Penhaligon')
  expect(items).toEqual([])

  await page.goto(`${address}&tab=SETTINGS`)
  await works.press('Space')
  await save()
  await page.goto('/inbox')
  await page.getByRole('link').filter({ hasText: 'Silas Penhaligon' }).click()
  await bubble(page, 'Is anybody there?').waitFor()
})
