import { describe, expect, inject, test } from 'vitest'
import { bubble, isSent, thread, useBrowser, watchRows } from './harness/browser.ts'
import { picture } from './harness/picture.ts'
import { Sandbox } from './harness/sandbox.ts'

const { demo, manager } = inject('world')
const sandbox = new Sandbox(demo.sandbox)
const { person } = useBrowser()

describe('a customer and a manager talk', () => {
  test('what the customer sends appears at once, the answers arrive in order, edits and deletions reach both', async () => {
    const { page } = await person({ url: demo.url, cookie: manager })
    await page.goto('/inbox')
    const list = page.getByRole('region', { name: 'List of conversations' })
    await list.getByRole('link').first().waitFor()

    // The customer opens the chat and writes.
    const james = await sandbox.addCustomer('Harriet', 'Osborne')
    const { page: customer } = await person({ url: demo.sandbox })
    await customer.goto(sandbox.page('kashtan_auto_bot', james.id))
    await customer.getByRole('button', { name: 'Start' }).click()
    await customer.getByRole('textbox', { name: 'Message' }).fill('Is the petrol green estate still there?')
    await customer.getByRole('button', { name: 'Send' }).click()

    // It stands in the inbox, which nobody reloaded.
    await list.getByRole('link').filter({ hasText: 'Harriet Osborne' }).click()
    await bubble(page, 'Is the petrol green estate still there?').waitFor()

    await customer.getByTestId('photo-input').setInputFiles({
      name: 'my-car.png',
      mimeType: 'image/png',
      buffer: picture(900, 600, 0x0b6e6e, 0xe9ecea),
    })
    await customer.getByRole('textbox', { name: 'Message' }).fill('This is what I drive now')
    await customer.getByRole('button', { name: 'Send' }).click()
    const photo = bubble(page, 'This is what I drive now')
    const seen = photo.getByRole('img').or(photo.locator('img'))
    await seen.first().waitFor()
    await expect
      .poll(() => photo.locator('img').evaluate((img) => (img as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0)
    await photo.getByRole('button', { name: /^Open photo/ }).click()
    const viewer = page.getByRole('dialog')
    await expect
      .poll(() => viewer.locator('img').evaluate((img) => (img as HTMLImageElement).naturalWidth))
      .toBe(900)
    await viewer.getByRole('button', { name: 'Close the viewer' }).click()

    await customer.getByRole('button', { name: 'Record voice' }).click()
    const stop = customer.getByRole('button', { name: 'Stop and send' })
    await stop.waitFor()
    // A recording needs a length: a second by the page's own clock.
    const began = await customer.evaluate(() => performance.now())
    await customer.waitForFunction((from) => performance.now() - from > 1_000, began)
    await stop.click()
    const voice = thread(page)
      .locator('[data-seq]')
      .filter({ has: page.getByRole('button', { name: 'Listen' }) })
    await voice.getByRole('button', { name: 'Listen' }).click()
    await expect
      .poll(() => voice.locator('audio').evaluate((audio) => (audio as HTMLAudioElement).played.length))
      .toBe(1)

    // The manager answers with words and with a picture.
    const field = page.getByRole('textbox', { name: 'Text of the message' })
    const mostOf = await watchRows(page, 'Yes, it is.')
    await field.fill('Yes, it is. Here is a fresh picture of it.')
    await field.press('Enter')
    await page.locator('input[type=file]').setInputFiles({
      name: 'estate.png',
      mimeType: 'image/png',
      buffer: picture(1200, 800, 0x123c3c, 0xf5a524),
    })
    await field.fill('Taken this morning')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    for (const words of ['Yes, it is.', 'Taken this morning']) {
      await isSent(bubble(page, words))
    }
    expect(await mostOf()).toBe(1)
    const answers = customer.locator('[data-testid=bubble][data-direction=in]')
    await answers.filter({ hasText: 'Taken this morning' }).locator('img').waitFor()
    const said = await customer.getByTestId('bubble').allInnerTexts()
    const place = (words: string) => said.findIndex((one) => one.includes(words))
    expect(place('This is what I drive now')).toBeLessThan(place('Yes, it is.'))
    expect(place('Yes, it is.')).toBeLessThan(place('Taken this morning'))

    // An answer changes and disappears for both.
    const answer = bubble(page, 'Yes, it is.')
    await answer.hover()
    await answer.getByRole('button', { name: 'Actions with the message' }).click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await field.fill('Yes, it is, and the price is 21 400.')
    await field.press('Enter')
    await answers.filter({ hasText: 'the price is 21 400' }).waitFor()
    const edited = bubble(page, 'the price is 21 400')
    await edited.hover()
    await edited.getByRole('button', { name: 'Actions with the message' }).click()
    await page.getByRole('menuitem', { name: 'Delete for everyone' }).click()
    await edited.getByText('deleted', { exact: true }).last().waitFor()
    await answers.filter({ hasText: 'the price is 21 400' }).waitFor({ state: 'detached' })
  })
})
