import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

const candidates = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/** Where pictures for people to look at are kept. */
export const folder = join(import.meta.dirname, '..', 'shots')

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
  '--disable-default-apps',
  '--no-first-run',
  '--no-pings',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
]

export const desktop = { width: 1440, height: 900 }
export const phone = { width: 360, height: 780 }
export type Scheme = 'light' | 'dark'

export interface PersonOptions {
  /** Address that relative paths are opened at. */
  url: string
  cookie?: string
  viewport?: { width: number; height: number }
  scheme?: Scheme
  locale?: string
}

/** One person at a browser of their own. */
export interface Person {
  page: Page
  context: BrowserContext
  /** What went wrong on the page so far. */
  problems: string[]
  /** A problem that the test is about: `status of 401` of a wrong password. */
  expects: (problem: RegExp) => void
  leave: () => Promise<void>
}

/**
 * Gives a test file its browser. After each test every page must have been without console
 * errors, uncaught exceptions and violations of the content security policy.
 */
export function useBrowser(): { person: (options: PersonOptions) => Promise<Person> } {
  let browser: Browser
  let people: Person[] = []
  beforeAll(async () => {
    const executablePath = candidates.find((path) => path && existsSync(path))
    if (!executablePath) throw new Error('No Chromium found: install chromium, or name it in CHROMIUM.')
    const isRoot = process.getuid?.() === 0
    browser = await chromium.launch({ executablePath, args: [...flags, ...(isRoot ? ['--no-sandbox'] : [])] })
  })
  afterAll(async () => {
    await browser?.close()
  })
  afterEach(async ({ task }) => {
    const left = people
    people = []
    if (task.result?.state === 'fail') {
      mkdirSync(folder, { recursive: true })
      const name = task.name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60)
      for (const [index, { page }] of left.entries())
        await page.screenshot({ path: join(folder, `failed-${name}-${index}.png`) }).catch(() => undefined)
    }
    for (const one of left) await one.leave()
    expect(left.flatMap((one) => one.problems)).toEqual([])
  })
  return {
    person: async (options) => {
      const one = await open(browser, options)
      people.push(one)
      return one
    },
  }
}

async function open(browser: Browser, options: PersonOptions): Promise<Person> {
  const viewport = options.viewport ?? desktop
  const context = await browser.newContext({
    baseURL: options.url,
    viewport,
    hasTouch: viewport.width < 600,
    isMobile: viewport.width < 600,
    locale: options.locale ?? 'en-GB',
    timezoneId: 'Europe/Kyiv',
    colorScheme: options.scheme ?? 'light',
    reducedMotion: 'reduce',
    permissions: ['microphone', 'clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(15_000)
  if (options.cookie) {
    await context.addCookies([
      { name: 'cartie_session', value: options.cookie, url: options.url, httpOnly: true },
    ])
  }
  const problems: string[] = []
  const allowed: RegExp[] = []
  const note = (problem: string) => {
    if (!allowed.some((one) => one.test(problem))) problems.push(problem)
  }
  await context.exposeBinding('noteViolation', (_source, text: string) =>
    note(`content security policy: ${text}`),
  )
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell = (globalThis as unknown as { noteViolation: (text: string) => void }).noteViolation
      tell(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
    })
  })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => note(`uncaught: ${error.message}`))
  return {
    page,
    context,
    problems,
    expects: (problem) => allowed.push(problem),
    leave: () => context.close(),
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  violations: { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }[]
}

/** What axe finds against WCAG 2.2 AA on the page as it stands, one line for each element. */
export async function axe(page: Page): Promise<string[]> {
  // a colour on its way between two schemes is none that anybody reads
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((a) => a.finished)))
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(async (): Promise<AxeResult> => {
    const { axe } = globalThis as unknown as {
      axe: { run: (where: Document, how: object) => Promise<AxeResult> }
    }
    return await axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
    })
  })
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      (node) =>
        `${id}: ${help}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`,
    ),
  )
}

/** Switches what the system prefers and waits until the page has followed. */
export async function inScheme(page: Page, colorScheme: Scheme): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((one) => one.finished)).then(() => undefined),
  )
}

/** The page has its heading and nothing on it is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' })
  await page.waitForFunction(() => {
    const main = document.querySelector('main') ?? document.querySelector('#root')
    const isLoading = document.querySelector('[data-skeleton], .mantine-Skeleton-root, [aria-busy="true"]')
    return (main?.textContent ?? '').trim().length > 0 && !isLoading
  })
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
}

/** How much wider the page is than its window, in CSS pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
}

export function thread(page: Page): Locator {
  return page.getByRole('log', { name: 'Messages' })
}

/** The row of the thread that has the text. */
export function bubble(page: Page, text: string | RegExp): Locator {
  return thread(page).locator('[data-seq]').filter({ hasText: text })
}

/** Waits for the tick of a message. It stands last: a copy before it only keeps room. */
export async function isSent(row: Locator): Promise<void> {
  await row.getByTitle('Sent').last().waitFor()
}

/** Counts from now on how many rows of the thread have the text at the same time; answers the most. */
export async function watchRows(page: Page, text: string): Promise<() => Promise<number>> {
  await thread(page).evaluate((log, words) => {
    const look = () => {
      const rows = [...log.querySelectorAll('[data-row]')].filter((row) => row.textContent?.includes(words))
      const kept = globalThis as unknown as { most?: number }
      kept.most = Math.max(kept.most ?? 0, rows.length)
    }
    new MutationObserver(look).observe(log, { childList: true, subtree: true, characterData: true })
  }, text)
  return () => page.evaluate(() => (globalThis as unknown as { most?: number }).most ?? 0)
}
