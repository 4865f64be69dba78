import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { Client } from './client.ts'
import { type Demo, type Plain, startDemo, startPlain } from './instance.ts'
import { ensureBinary, type Running } from './process.ts'

export interface World {
  demo: Demo
  plain: Plain
  /** Session cookies of the demo's people. */
  owner: string
  manager: string
  viewer: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    world: World
  }
}

/** One demo and one empty installation serve all tests; each test brings customers of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  ensureBinary()
  const folder = mkdtempSync(join(tmpdir(), 'cartie-e2e-'))
  const running: Running[] = []
  const stop = async () => {
    for (const one of running.reverse()) await one.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const { demo, running: server } = await startDemo(folder)
    running.push(server)
    const { plain, running: others } = await startPlain(folder)
    running.push(...others)
    const owner = await enter(demo, 'Олена')
    const manager = await enter(demo, 'Тарас')
    const viewer = await enter(demo, 'Ігор')
    for (const one of [owner, manager, viewer]) await one.patch('/api/profile', { language: 'en' })
    project.provide('world', {
      demo,
      plain,
      owner: owner.cookie,
      manager: manager.cookie,
      viewer: viewer.cookie,
    })
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

async function enter(demo: Demo, name: string): Promise<Client> {
  const link = demo.links[name]
  if (!link) throw new Error(`the demo printed no link for ${name}:\n${readFileSync(demo.log, 'utf8')}`)
  const client = new Client(demo.url)
  await client.post(`/api/signin/${link.split('/signin/')[1]}`)
  return client
}
