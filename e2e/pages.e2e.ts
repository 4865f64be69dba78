import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { axe, desktop, overflow, phone, settled, useBrowser } from './harness/browser.ts'
import { Client } from './harness/client.ts'
import { look } from './harness/look.ts'
import { root } from './harness/process.ts'

const { demo, owner } = inject('world')
const client = new Client(demo.url, owner)
const { person } = useBrowser()

const routes = [...readFileSync(join(root, 'web/routes.go'), 'utf8').matchAll(/^\t"(\/[^"]*)",$/gm)].map(
  ([, path]) => path ?? '',
)
// Nobody is signed in there; a made-up token is answered with 4xx, which the browser notes.
const visitorPage = /^\/(login|setup|invite|reset|signin)/

async function fill(route: string): Promise<string> {
  if (route === '/companies/{id}') {
    const { workspace } = await client.get<{ workspace: { id: string } }>('/api/session')
    return `/companies/${workspace.id}`
  }
  return route.replace('{token}', 'made-up-token-of-nobody')
}

test('the list of pages is read from the server', () => {
  expect(routes.length).toBeGreaterThan(10)
})

describe.each(routes)('%s', (route) => {
  test.each([
    ['a desk', desktop],
    ['a phone', phone],
  ] as const)(
    'opens by its address and after a reload on %s, fits and is accessible in both schemes',
    async (_, viewport) => {
      const isVisitor = visitorPage.test(route)
      const one = await person({ url: demo.url, viewport, ...(isVisitor ? {} : { cookie: owner }) })
      const { page } = one
      if (isVisitor) one.expects(/status of 4\d\d/)
      const response = await page.goto(await fill(route))
      expect(response?.status()).toBe(200)
      await settled(page)
      expect(await page.title()).toMatch(/\S/)
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
      expect(await overflow(page)).toBeLessThanOrEqual(0)
      const before = new URL(page.url()).pathname
      await page.reload()
      await settled(page)
      expect(new URL(page.url()).pathname).toBe(before)
      const found: string[] = []
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await expect
          .poll(() => page.locator('html').getAttribute('data-mantine-color-scheme'))
          .toBe(colorScheme)
        for (const line of await axe(page)) found.push(`${colorScheme}: ${line}`)
      }
      expect(found).toEqual([])
      if (viewport === desktop)
        await look(page, route === '/' ? 'home' : route.slice(1).replace(/\W+/g, '-').replace(/-$/, ''))
    },
  )
})

test('an address without a page answers 404 and says so, inside the shell for who is signed in', async () => {
  for (const cookie of [owner, '']) {
    const one = await person({ url: demo.url, ...(cookie ? { cookie } : {}) })
    one.expects(/status of 40[14]/)
    const response = await one.page.goto('/no/such/page')
    expect(response?.status()).toBe(404)
    await one.page.getByText('There is no page at this address').waitFor()
    expect(await one.page.getByRole('navigation', { name: 'Main' }).count()).toBe(cookie ? 1 : 0)
    expect(await axe(one.page)).toEqual([])
    if (cookie) await look(one.page, 'not-found')
  }
})

test('an address of the earlier product leads to its page', async () => {
  const { page } = await person({ url: demo.url, cookie: owner })
  await page.goto('/#/companies')
  await page.waitForURL((url) => url.pathname === '/companies' && url.hash === '')
  await page.getByRole('heading', { name: 'Companies' }).waitFor()
})
