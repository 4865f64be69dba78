import { expect, test } from 'vitest'
import { axe, inScheme, type Person, settled, useBrowser } from './harness/browser.ts'
import { look } from './harness/look.ts'
import { useOwn } from './harness/own.ts'

const { person } = useBrowser()
const own = useOwn('Bilous Cars')

async function open(tab: string): Promise<Person> {
  const one = await person({ url: own.plain.url, cookie: own.client.cookie })
  await one.page.goto(`/companies/${own.company}?tab=${tab}`)
  await settled(one.page)
  return one
}

const unsaved = ({ page }: Person) => page.getByRole('region', { name: 'Changes are not saved yet' })

async function save(one: Person): Promise<void> {
  await unsaved(one).getByRole('button', { name: 'Save' }).click()
  await unsaved(one).waitFor({ state: 'detached' })
}

test('the name changes everywhere at once', async () => {
  const one = await open('GENERAL')
  const { page } = one
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Bilous & Sons')
  await save(one)
  await page.getByRole('heading', { level: 1, name: 'Bilous & Sons' }).waitFor()
  await page.reload()
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Bilous & Sons')
})

test('working hours are set for a day, copied and kept; a wrong time is told', async () => {
  const one = await open('HOURS')
  const { page } = one
  await page.getByRole('button', { name: 'Sunday: add hours' }).click()
  const from = page.getByRole('textbox', { name: 'Sunday: from' })
  const to = page.getByRole('textbox', { name: 'Sunday: until' })
  await from.fill('14:00')
  await to.fill('10:00')
  await to.press('Tab')
  await page
    .getByText('Hours cannot cross midnight: end them at 24:00 and begin the next day at 00:00.')
    .waitFor()
  await to.fill('16:30')
  await to.press('Tab')
  await save(one)
  await page.reload()
  await expect.poll(() => from.inputValue()).toBe('14:00')
  expect(await to.inputValue()).toBe('16:30')
  const { hours } = await own.client.get<{ hours: Record<string, string[][]> }>(
    `/api/companies/${own.company}`,
  )
  expect(hours.sun).toEqual([['14:00', '16:30']])
  await look(page, 'companies-hours')
})

test('an invitation is made, its link shown once, and revoked; a role changes', async () => {
  const { page } = await open('TEAM')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Email of the person' }).fill('not an address')
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  await dialog.getByText('This does not look like an email address.').waitFor()
  await dialog.getByRole('textbox', { name: 'Email of the person' }).fill('hanna@bilous.example')
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const link = await dialog.getByRole('textbox', { name: 'Link for hanna@bilous.example' }).inputValue()
  expect(link).toContain(`${own.plain.url}/invite/`)
  await dialog.getByRole('button', { name: 'Done' }).click()

  // Hanna accepts; the team sees her without a reload.
  const hanna = await person({ url: own.plain.url })
  hanna.expects(/status of 40[13]/)
  await hanna.page.goto(link)
  await hanna.page.getByRole('textbox', { name: 'Your name' }).fill('Hanna Zub')
  await hanna.page.getByLabel('Choose a password', { exact: true }).fill('ten silver wheels')
  await hanna.page.getByRole('button', { name: /^Join Bilous/ }).click()
  await hanna.page.waitForURL('**/inbox')
  await page.getByText('hanna@bilous.example').first().waitFor()
  await page.getByText('No open invitations.').waitFor()

  await page
    .getByRole('combobox', { name: 'Role of Hanna Zub' })
    .or(page.getByRole('textbox', { name: 'Role of Hanna Zub' }))
    .click()
  await page.getByRole('option', { name: 'Viewer' }).click()
  await page.getByText('Hanna Zub: the role is now Viewer').waitFor()
  // What she may not do any more is refused with the reason.
  await hanna.page.goto('/telegram')
  await look(page, 'companies-team')

  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await dialog.getByRole('textbox', { name: 'Email of the person' }).fill('ivan@bilous.example')
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('The link for ivan@bilous.example will stop working at once.').waitFor()
  await page.getByRole('button', { name: 'Revoke' }).last().click()
  await page.getByText('No open invitations.').waitFor()
})

test('two people who edit at once keep both changes, and choose where they contradict', async () => {
  const first = await open('GENERAL')
  const second = await open('GENERAL')
  for (const one of [first, second]) one.expects(/status of 412/)
  const name = ({ page }: Person) => page.getByRole('textbox', { name: 'Name', exact: true })
  await name(first).fill('Bilous Motors')
  await name(second).fill('Bilous Garage')
  await save(first)
  const notice = second.page
    .getByRole('alert')
    .filter({ hasText: 'Someone else has saved changes meanwhile' })
  await notice.waitFor()
  await notice.getByText('Name — theirs: Bilous Motors').waitFor()
  expect(await name(second).inputValue()).toBe('Bilous Garage')
  expect(await axe(second.page)).toEqual([])
  await look(second.page, 'companies-conflict')
  await save(second)
  await first.page.getByRole('heading', { level: 1, name: 'Bilous Garage' }).waitFor()
})

test('every tab is accessible and what was done stands in the journal', async () => {
  const { page } = await open('AUDIT')
  await page.getByText('Hanna Zub').first().waitFor()
  for (const tab of ['HOURS', 'TEAM', 'ROLES', 'PLAN', 'AUDIT']) {
    await page.goto(`/companies/${own.company}?tab=${tab}`)
    await settled(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await inScheme(page, colorScheme)
      expect(await axe(page), `${tab} ${colorScheme}`).toEqual([])
    }
  }
  await look(page, 'companies-journal')
})
