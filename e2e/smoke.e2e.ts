import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { binary } from './harness/process.ts'

const { demo } = inject('world')

test('the smoke walk finds nothing wrong with the demo', async () => {
  const token = demo.links.Олена?.split('/signin/')[1] ?? ''
  const child = spawn(binary, ['smoke', '--url', demo.url, '--sign-in', token])
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part))
  const code = await new Promise((done) => child.once('exit', done))
  const checks = readFileSync(demo.log, 'utf8').match(/.*health check failed.*/g) ?? []
  expect(said, checks.join('\n')).toContain('Nothing is wrong.')
  expect(code).toBe(0)
}, 240_000)
