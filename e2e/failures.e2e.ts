import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, inject, test } from 'vitest'
import { bubble, useBrowser } from './harness/browser.ts'
import { newChat } from './harness/chats.ts'
import { Client } from './harness/client.ts'
import { Sandbox } from './harness/sandbox.ts'

const { demo, manager } = inject('world')
const sandbox = new Sandbox(demo.sandbox)
const client = new Client(demo.url, manager)
const { person } = useBrowser()

const sentence = 'This part of the page has failed. The rest keeps working, and what you typed is kept.'

/** Answers with a shape that the page does not expect until it is told to stop. */
async function spoil(page: Page, path: RegExp, body: unknown): Promise<() => Promise<void>> {
  await page.route(path, (route) =>
    route.request().method() === 'GET' ? route.fulfill({ json: body }) : route.fallback(),
  )
  return () => page.unroute(path)
}

/** The number on the page under which the server has written the failure down. */
async function numberOf(page: Page): Promise<string> {
  const plate = page.getByRole('alert').getByRole('button', { name: /^Copy / })
  const label = await plate.getAttribute('aria-label')
  return label?.replace('Copy ', '') ?? ''
}

describe('a failure stays where it happened', () => {
  test('a panel that fails says so, the chat and the draft beside it live on, the server has the report', async () => {
    const chat = await newChat(sandbox, client, ['Edith', 'Panelson'], ['Hello, is anybody there?'])
    const { page, expects } = await person({ url: demo.url, cookie: manager })
    expects(/TypeError|The above error occurred|React will try/)
    const mend = await spoil(page, /\/api\/conversations\/[^/]+\/notes$/, {
      items: [{ id: 'n1', text: 'x', author: null }],
    })
    await page.goto(`/inbox?chat=${chat.id}`)
    await bubble(page, 'Hello, is anybody there?').waitFor()
    const alert = page.getByRole('alert')
    await alert.getByText(sentence).waitFor()
    const number = await numberOf(page)
    expect(number).not.toBe('')
    const report = readFileSync(demo.log, 'utf8')
      .split('\n')
      .find((line) => line.includes('error in the browser') && line.includes(number))
    expect(report).toContain('inbox.details')

    // Everything else goes on.
    const field = page.getByRole('textbox', { name: 'Text of the message' })
    await field.fill('A draft that must not be lost')
    const navigation = page.getByRole('navigation', { name: 'Main' })
    await navigation.getByRole('link', { name: 'Telegram' }).click()
    await page.waitForURL('**/telegram')
    await page.goBack()
    await alert.getByText(sentence).waitFor()
    expect(await field.inputValue()).toBe('A draft that must not be lost')

    // And the part comes back when what broke it is mended.
    await mend()
    await alert.getByRole('button', { name: 'Reload' }).click()
    await page.getByRole('complementary').getByText('Internal notes').waitFor()
    await alert.waitFor({ state: 'detached' })
    expect(await field.inputValue()).toBe('A draft that must not be lost')
  })

  test('a page that fails leaves the navigation alone and can be drawn again', async () => {
    const { page, expects } = await person({ url: demo.url, cookie: manager })
    expects(/TypeError|The above error occurred|React will try/)
    const mend = await spoil(page, /\/api\/roles$/, { items: [], permissions: {} })
    await page.goto('/roles')
    const alert = page.getByRole('alert')
    await alert.getByText(sentence).waitFor()
    expect(await numberOf(page)).not.toBe('')
    await mend()
    await alert.getByRole('button', { name: 'Reload' }).click()
    await page.getByRole('table').first().waitFor()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inbox' }).click()
    await page.waitForURL('**/inbox*')
  })

  test('a refusal of the server shows its sentence and its number', async () => {
    const { page, expects } = await person({ url: demo.url, cookie: manager })
    expects(/status of 404/)
    await page.goto('/inbox?chat=0190b7a0-0000-7000-8000-000000000000')
    await page.getByText('The conversation could not be opened.').waitFor()
    expect(await numberOf(page)).not.toBe('')
    await page.getByRole('region', { name: 'List of conversations' }).getByRole('link').first().click()
    await page.getByRole('textbox', { name: 'Text of the message' }).waitFor()
  })
})
