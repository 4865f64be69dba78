import { expect, inject, test } from 'vitest'
import { axe, bubble, inScheme, overflow, phone, thread, useBrowser } from './harness/browser.ts'
import { Client } from './harness/client.ts'
import { look } from './harness/look.ts'
import { Sandbox } from './harness/sandbox.ts'

const { demo, manager } = inject('world')
const client = new Client(demo.url, manager)
const { person } = useBrowser()

async function conversationOf(name: string): Promise<string> {
  const { items } = await client.get<{ items: { id: string }[] }>(
    `/api/conversations?q=${encodeURIComponent(name)}`,
  )
  return items[0]?.id ?? ''
}

test('an open conversation is accessible in both schemes and fits a phone', async () => {
  const id = await conversationOf('Мельник')
  const { page } = await person({ url: demo.url, cookie: manager })
  await page.goto(`/inbox?chat=${id}`)
  await bubble(page, 'Записав на 17:30').waitFor()
  await expect
    .poll(() =>
      thread(page)
        .locator('img')
        .evaluateAll((list) => list.every((img) => (img as HTMLImageElement).complete)),
    )
    .toBe(true)
  for (const scheme of ['light', 'dark'] as const) {
    await inScheme(page, scheme)
    expect(await axe(page)).toEqual([])
  }
  await look(page, 'conversation')

  const small = await person({ url: demo.url, cookie: manager, viewport: phone })
  await small.page.goto(`/inbox?chat=${id}`)
  await bubble(small.page, 'Записав на 17:30').waitFor()
  expect(await overflow(small.page)).toBeLessThanOrEqual(0)
  expect(await axe(small.page)).toEqual([])
  await small.page.getByRole('button', { name: 'To the list' }).click()
  await small.page.getByRole('link').filter({ hasText: 'Андрій Мельник' }).waitFor()
})

test('the customer’s side shows the same conversation', async () => {
  const sandbox = new Sandbox(demo.sandbox)
  const { page } = await person({ url: demo.sandbox })
  await page.goto(`${sandbox.url}/?lang=uk&bot=kashtan_auto_bot&user=andriy_melnyk`)
  await page.getByTestId('bubble').filter({ hasText: 'Записав на 17:30' }).waitFor()
  await look(page, 'customer')
})
