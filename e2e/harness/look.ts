import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { desktop, folder, inScheme, phone } from './browser.ts'

/** Keeps pictures of the page for people to look at: a desk and a phone, light and dark. */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const before = page.viewportSize()
  const hasScheme = (await page.locator('html[data-mantine-color-scheme]').count()) > 0
  for (const [place, size] of [
    ['desk', desktop],
    ['phone', phone],
  ] as const) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      // The sandbox's own page has no switch of its own: it follows the system at once.
      if (hasScheme) await inScheme(page, colorScheme)
      else await page.emulateMedia({ colorScheme })
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      )
      await page.screenshot({ path: join(folder, `${name}-${place}-${colorScheme}.png`) })
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  if (before) await page.setViewportSize(before)
}
