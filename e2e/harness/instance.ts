import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { binary, freePort, type Running, start } from './process.ts'

/** A demo: the product, the sandbox it takes for Telegram, and one-click links by the first name. */
export interface Demo {
  url: string
  sandbox: string
  data: string
  log: string
  links: Record<string, string>
}

const demoReady = /Cartie's demo runs at (http:\/\/127\.0\.0\.1:\d+)\n([\s\S]*\/sandbox\/side)/

export async function startDemo(folder: string, port = 0): Promise<{ demo: Demo; running: Running }> {
  const data = join(folder, 'demo')
  mkdirSync(data, { recursive: true })
  const log = join(folder, 'demo.log')
  const { found, ...running } = await start(
    ['demo', '--data', data, '--listen', `127.0.0.1:${port}`, '--quiet'],
    log,
    demoReady,
  )
  const [, url = '', rest = ''] = found
  const links: Record<string, string> = {}
  for (const [, name = '', link = ''] of rest.matchAll(/^ {2}(\S+)[^\n]*? (http\S+\/signin\/\S+)$/gm))
    links[name] = link
  return { demo: { url, sandbox: `${url}/sandbox`, data, log, links }, running }
}

/** An empty installation beside a sandbox of its own, with the link that makes the owner. */
export interface Plain {
  url: string
  sandbox: string
  setup: string
  data: string
  log: string
}

export async function startPlain(folder: string): Promise<{ plain: Plain; running: Running[] }> {
  const data = join(folder, 'plain')
  mkdirSync(data, { recursive: true })
  const port = await freePort()
  const box = await start(
    ['sandbox', '--listen', `127.0.0.1:${port}`],
    join(folder, 'sandbox.log'),
    /The sandbox runs at (http:\/\/127\.0\.0\.1:\d+)\//,
  )
  const sandbox = box.found[1] ?? ''
  const log = join(folder, 'plain.log')
  const server = await start(
    ['serve', '--data', data, '--listen', `127.0.0.1:${await freePort()}`, '--telegram-api', sandbox],
    log,
    /(http:\/\/127\.0\.0\.1:\d+)(\/setup\/\S+)/,
  )
  const [setup, url = ''] = server.found
  return { plain: { url, sandbox, setup, data, log }, running: [box, server] }
}

/** Starts the server of an installation again, at the address that it had. */
export async function restartPlain({ url, sandbox, data, log }: Plain): Promise<Running> {
  return await start(
    ['serve', '--data', data, '--listen', new URL(url).host, '--telegram-api', sandbox],
    log,
    /msg="Cartie runs"/,
  )
}

/** A link with which the person sets a password, made beside the running server. */
export function resetLink(data: string, url: string, email: string): string {
  const said = execFileSync(
    binary,
    ['admin', 'reset-link', '--data', data, '--listen', new URL(url).host, '--email', email],
    { encoding: 'utf8' },
  )
  const link = said.match(/http\S+\/reset\/\S+/)?.[0]
  if (!link) throw new Error(`no link in: ${said}`)
  return link
}
