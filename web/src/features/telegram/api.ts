import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, api, idempotent, ifMatch } from '@/shared/api/client'
import type { Bot, BotPatch, Mode } from './types'

export const keys = {
  bots: ['bots'] as const,
  list: ['bots', 'list'] as const,
  one: (id: string) => ['bots', id] as const,
  diagnosis: (id: string) => ['bots', id, 'diagnosis'] as const,
  failed: (id: string) => ['bots', id, 'failed'] as const,
}

// Nothing pushes "an update has come": the times in the list are looked at again.
const lookAgainMs = 60_000

const at = (id: string) => ({ params: { path: { id } } })

export const botsQuery = queryOptions({
  queryKey: keys.list,
  refetchInterval: lookAgainMs,
  queryFn: async () => (await answer(api.GET('/api/bots'))).items,
})

export function botQuery(id: string) {
  return queryOptions({
    queryKey: keys.one(id),
    queryFn: () => answer(api.GET('/api/bots/{id}', at(id))),
  })
}

export function diagnosisQuery(id: string) {
  return queryOptions({
    queryKey: keys.diagnosis(id),
    // Each look asks Telegram itself.
    refetchOnWindowFocus: false,
    queryFn: () => answer(api.GET('/api/bots/{id}/diagnostics', at(id))),
  })
}

export function failedQuery(bot: string) {
  return infiniteQueryOptions({
    queryKey: keys.failed(bot),
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const query = { bot, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) }
      return answer(api.GET('/api/failed-updates', { params: { query } }))
    },
    getNextPageParam: (page) => page.next || undefined,
  })
}

export function addBot(body: { token: string; name?: string; mode: Mode }, key: string): Promise<Bot> {
  return answer(api.POST('/api/bots', { body, headers: idempotent(key) }))
}

export function changeBot(id: string, version: number, body: BotPatch): Promise<Bot> {
  return answer(api.PATCH('/api/bots/{id}', { ...at(id), headers: ifMatch(version), body }))
}

export function deleteBot(id: string) {
  return answer(api.DELETE('/api/bots/{id}', at(id)))
}

export function connectBot(id: string) {
  return answer(api.POST('/api/bots/{id}/webhook', at(id)))
}

export function testBot(id: string) {
  return answer(api.POST('/api/bots/{id}/test', at(id)))
}

export function retryUpdate(id: string, anyway: boolean) {
  return answer(api.POST('/api/failed-updates/{id}/retry', { ...at(id), body: { anyway } }))
}

export function dismissUpdate(id: string) {
  return answer(api.POST('/api/failed-updates/{id}/dismiss', at(id)))
}
