import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newQueryClient } from '@/shared/api/queryClient'
import { newRouter } from './router'

/** The addresses that the Go server answers with 200, out of its source. */
function serverRoutes(): string[] {
  const source = readFileSync(join(process.cwd(), 'routes.go'), 'utf8')
  const list = /var Routes = \[\]string\{([^}]*(?:\{\w+\}[^}]*)*)\n\}/.exec(source)?.[1] ?? ''
  return [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '')
}

describe('the pages', () => {
  it('are the ones that the server knows', () => {
    const router = newRouter(newQueryClient({ onSignedOut: () => {}, onMutationError: () => {} }))
    const paths = Object.keys(router.routesByPath)
      .filter((path) => path !== '/$')
      .map((path) => path.replace(/\$(\w+)/g, '{$1}'))
    expect(paths.sort()).toEqual(serverRoutes().sort())
  })
})
