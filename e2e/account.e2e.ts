import { describe, expect, inject, test } from 'vitest'
import { type Person, useBrowser } from './harness/browser.ts'
import { Client } from './harness/client.ts'
import { resetLink } from './harness/instance.ts'

const { demo, plain } = inject('world')
const { person } = useBrowser()

const owner = { name: 'Oksana Melnyk', email: 'oksana@melnyk.example', password: 'seven quiet engines' }

async function signIn({ page }: Person, email: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Email' }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function signOut({ page }: Person): Promise<void> {
  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/login*')
}

async function ownerClient(): Promise<Client> {
  const client = new Client(plain.url)
  await client.post('/api/session', { email: owner.email, password: owner.password })
  return client
}

describe('coming in', () => {
  test('the set-up link makes the owner of a new company, once', async () => {
    const one = await person({ url: plain.url })
    const { page } = one
    await page.goto(plain.setup)
    await page.getByRole('heading', { name: 'Welcome to Cartie' }).waitFor()
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText('Please fill this in.').first().waitFor()
    await page.getByRole('textbox', { name: 'Your name' }).fill(owner.name)
    await page.getByRole('textbox', { name: 'Name of the company' }).fill('Melnyk Motors')
    await page.getByRole('textbox', { name: 'Email' }).fill(owner.email)
    await page.getByLabel('Password', { exact: true }).fill(owner.password)
    await page.getByRole('button', { name: 'Start' }).click()
    await page.waitForURL('**/inbox')
    await page.getByText('Conversations with customers will appear here').waitFor()
    await page.getByText('Melnyk Motors').first().waitFor()

    const second = await person({ url: plain.url })
    second.expects(/status of 4\d\d/)
    await second.page.goto(plain.setup)
    await second.page.getByText('This link does not work any more').waitFor()
  })

  test('a wrong password is refused, the right one leads where the visitor wanted to go', async () => {
    const one = await person({ url: plain.url })
    one.expects(/status of 401/)
    await one.page.goto('/companies')
    await one.page.waitForURL('**/login*')
    await signIn(one, owner.email, 'not the password')
    await one.page.getByText('The email or the password is not right.').waitFor()
    expect(await one.page.getByRole('textbox', { name: 'Email' }).inputValue()).toBe(owner.email)
    await signIn(one, owner.email, owner.password)
    await one.page.waitForURL('**/companies')
    await signOut(one)
    await one.page.goto('/inbox')
    await one.page.waitForURL('**/login*')
  })

  test('an invited person chooses a password and works in the company', async () => {
    const client = await ownerClient()
    const { workspace } = await client.get<{ workspace: { id: string } }>('/api/session')
    const { url } = await client.post<{ url: string }>(`/api/companies/${workspace.id}/invites`, {
      email: 'petro@melnyk.example',
      role: 'MANAGER',
    })
    const one = await person({ url: plain.url })
    one.expects(/status of 401/) // the page asks whether somebody is signed in
    const { page } = one
    await page.goto(url)
    await page.getByRole('heading', { name: 'Melnyk Motors invites you' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Email' }).inputValue()).toBe('petro@melnyk.example')
    await page.getByRole('textbox', { name: 'Your name' }).fill('Petro Honchar')
    await page.getByLabel('Choose a password', { exact: true }).fill('short')
    await page.getByRole('button', { name: 'Join Melnyk Motors' }).click()
    await page.getByText('At least 10 characters, please.').waitFor()
    await page.getByLabel('Choose a password', { exact: true }).fill('an older diesel van')
    await page.getByRole('button', { name: 'Join Melnyk Motors' }).click()
    await page.waitForURL('**/inbox')
    await page.getByText('Manager', { exact: true }).first().waitFor()
  })

  test('a reset link sets a new password and ends the other sessions', async () => {
    const before = await person({ url: plain.url })
    before.expects(/status of 401/)
    await before.page.goto('/login')
    await signIn(before, owner.email, owner.password)
    await before.page.waitForURL('**/inbox')

    const one = await person({ url: plain.url })
    one.expects(/status of 401/)
    await one.page.goto(resetLink(plain.data, plain.url, owner.email))
    await one.page.getByRole('heading', { name: 'A new password' }).waitFor()
    owner.password = 'eight quiet engines'
    await one.page.getByLabel('New password', { exact: true }).fill(owner.password)
    await one.page.getByRole('button', { name: 'Set the password' }).click()
    await one.page.waitForURL((url) => !url.pathname.startsWith('/reset'))
    if (new URL(one.page.url()).pathname === '/login') {
      await signIn(one, owner.email, owner.password)
      await one.page.waitForURL('**/inbox')
    }

    await before.page.goto('/profile')
    await before.page.waitForURL('**/login*')
  })

  test('a one-click link signs in, one that was made up does not', async () => {
    const link = demo.links.Софія ?? ''
    const one = await person({ url: demo.url })
    await one.page.goto(link)
    await one.page.waitForURL('**/inbox')
    await one.page.getByText('Каштан Авто').first().waitFor()
    const second = await person({ url: demo.url })
    second.expects(/status of 4\d\d/)
    await second.page.goto(`${link.slice(0, -8)}AAAAAAAA`)
    await second.page.getByText('This link does not work any more').waitFor()
  })
})

describe('how the page speaks and looks', () => {
  test('the language changes at once and is kept by the account', async () => {
    const one = await person({ url: plain.url })
    one.expects(/status of 401/)
    await one.page.goto('/login')
    await signIn(one, owner.email, owner.password)
    const navigation = one.page.getByRole('navigation').first()
    await navigation.getByRole('link', { name: 'Inbox' }).waitFor()
    await one.page.getByRole('button', { name: 'Language: EN' }).click()
    await one.page.getByRole('menuitem', { name: 'Українська' }).click()
    await navigation.getByRole('link', { name: 'Компанії' }).waitFor()
    expect(await one.page.locator('html').getAttribute('lang')).toBe('uk')
    await expect
      .poll(
        async () =>
          (await (await ownerClient()).get<{ user: { language: string } }>('/api/session')).user.language,
      )
      .toBe('uk')
    await one.page.reload()
    await navigation.getByRole('link', { name: 'Компанії' }).waitFor()
    await one.page.getByRole('button', { name: /: UK$/ }).click()
    await one.page.getByRole('menuitem', { name: 'English' }).click()
    await navigation.getByRole('link', { name: 'Companies' }).waitFor()
  })

  test('the theme follows the system until one is chosen', async () => {
    const one = await person({ url: plain.url, scheme: 'dark' })
    one.expects(/status of 401/)
    const scheme = () => one.page.locator('html').getAttribute('data-mantine-color-scheme')
    await one.page.goto('/login')
    await signIn(one, owner.email, owner.password)
    await one.page.waitForURL('**/inbox')
    expect(await scheme()).toBe('dark')
    await one.page.getByRole('button', { name: 'Theme' }).click()
    await one.page.getByRole('menuitem', { name: 'Light' }).click()
    await expect.poll(scheme).toBe('light')
    await one.page.reload()
    await one.page.getByRole('button', { name: 'Theme' }).waitFor()
    expect(await scheme()).toBe('light')
  })
})
