import { expect, test } from 'vitest'
import { bubble, isSent, useBrowser, watchRows } from './harness/browser.ts'
import { newChat } from './harness/chats.ts'
import { useOwn } from './harness/own.ts'

const { person } = useBrowser()
const own = useOwn('Bilous Cars')

test('an inbox left open over kill -9 and a restart loses nothing and goes on by itself', async () => {
  const { client, plain, sandbox } = own
  const { token } = await sandbox.addBot('Bilous Cars', 'bilous_cars_bot')
  await client.post('/api/bots', { token, mode: 'polling' })
  const chat = await newChat(sandbox, client, ['Wilfred', 'Ashdown'], ['Is it diesel?'], 'bilous_cars_bot')

  const one = await person({ url: plain.url, cookie: client.cookie })
  one.expects(/ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK)/)
  const { page } = one
  const field = page.getByRole('textbox', { name: 'Text of the message' })
  await page.goto(`/inbox?chat=${chat.id}`)
  await bubble(page, 'Is it diesel?').waitFor()
  await field.fill('It is a diesel')
  await field.press('Enter')
  await isSent(bubble(page, 'It is a diesel'))

  await own.kill()
  await page.getByText('The connection was lost. Reconnecting…').waitFor()
  const mostOf = await watchRows(page, 'And it is an automatic')
  await field.fill('And it is an automatic')
  await field.press('Enter')
  await page.getByText('Not sent yet; we keep trying.').waitFor()
  // Telegram goes on while the server is away.
  await sandbox.says(chat.bot, chat.customer.id, 'Is it an automatic?')

  await own.restart()
  await page
    .getByText('The connection was lost. Reconnecting…')
    .waitFor({ state: 'detached', timeout: 60_000 })
  await isSent(bubble(page, 'And it is an automatic'))
  await bubble(page, 'Is it an automatic?').waitFor()
  await sandbox.says(chat.bot, chat.customer.id, 'Then I take it')
  await bubble(page, 'Then I take it').waitFor()
  for (const text of ['Is it diesel?', 'It is a diesel', 'Is it an automatic?', 'And it is an automatic']) {
    expect(await bubble(page, text).count()).toBe(1)
  }
  expect(await mostOf()).toBe(1)
  const heard = (await sandbox.messages(chat.bot, chat.customer.id)).map((message) => message.text)
  expect(heard.filter((text) => text === 'It is a diesel')).toHaveLength(1)
  expect(heard.filter((text) => text === 'And it is an automatic')).toHaveLength(1)
}, 180_000)
