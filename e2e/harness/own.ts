import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { Client } from './client.ts'
import { type Plain, restartPlain, startPlain } from './instance.ts'
import type { Running } from './process.ts'
import { Sandbox } from './sandbox.ts'

export interface Own {
  plain: Plain
  /** The owner of the only company. */
  client: Client
  sandbox: Sandbox
  company: string
  kill: () => Promise<void>
  restart: () => Promise<void>
}

/** An installation of the test file alone, with an owner and an empty company. */
export function useOwn(name: string): Own {
  const folder = mkdtempSync(join(tmpdir(), 'cartie-own-'))
  const own = {} as Own
  let telegram: Running | undefined
  let server: Running | undefined
  beforeAll(async () => {
    const { plain, running } = await startPlain(folder)
    telegram = running[0]
    server = running[1]
    const client = new Client(plain.url)
    const session = await client.post<{ workspace: { id: string } }>(
      `/api/setup/${plain.setup.split('/setup/')[1]}`,
      {
        name: 'Olha Bilous',
        email: 'olha@bilous.example',
        password: 'nine slow tractors',
        company_name: name,
        language: 'en',
        timezone: 'Europe/Kyiv',
      },
    )
    Object.assign(own, {
      plain,
      client,
      sandbox: new Sandbox(plain.sandbox),
      company: session.workspace.id,
      kill: async () => await server?.kill('SIGKILL'),
      restart: async () => {
        server = await restartPlain(plain)
      },
    })
  })
  afterAll(async () => {
    await server?.kill('SIGKILL')
    await telegram?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return own
}
