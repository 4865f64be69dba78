import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export const root = resolve(import.meta.dirname, '../..')

/** The program under test; CARTIE_BIN names another build. */
export const binary = process.env.CARTIE_BIN ?? join(root, 'bin', 'cartie')

export function ensureBinary(): void {
  if (existsSync(binary)) return
  if (process.env.CARTIE_BIN) throw new Error(`CARTIE_BIN names ${binary}, which does not exist`)
  const run = (command: string, args: string[], cwd: string) =>
    execFileSync(command, args, { cwd, stdio: 'inherit' })
  run('npm', ['run', '--silent', 'build'], join(root, 'web'))
  run('go', ['build', '-o', binary, './cmd/cartie'], root)
}

/** A started program. Everything it says is in the file `log`. */
export interface Running {
  pid: number
  log: string
  exited: Promise<void>
  kill: (signal?: NodeJS.Signals) => Promise<void>
}

const startLimitMs = 60_000
const glanceMs = 25

/** Starts the program and waits until its log has what is looked for. */
export async function start(
  args: string[],
  log: string,
  wanted: RegExp,
): Promise<Running & { found: RegExpMatchArray }> {
  const file = openSync(log, 'a')
  const before = readFileSync(log, 'utf8').length
  const child = spawn(binary, args, { stdio: ['ignore', file, file], cwd: resolve(log, '..') })
  closeSync(file)
  const running = watch(child, log)
  const began = performance.now()
  for (;;) {
    const said = readFileSync(log, 'utf8').slice(before)
    const found = said.match(wanted)
    if (found) return { ...running, found }
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`cartie ${args[0]} ended before it was ready:\n${said}`)
    if (performance.now() - began > startLimitMs) {
      await running.kill('SIGKILL')
      throw new Error(`cartie ${args[0]} was not ready in time:\n${said}`)
    }
    await pause(glanceMs)
  }
}

function watch(child: ChildProcess, log: string): Running {
  const exited = new Promise<void>((done) => {
    child.once('exit', () => done())
    child.once('error', () => done())
  })
  return {
    pid: child.pid ?? 0,
    log,
    exited,
    kill: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await exited
    },
  }
}

/** A port of this machine that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? done(address.port) : failed(new Error('no port')),
      )
    })
  })
}
