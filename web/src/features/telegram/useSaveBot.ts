import { useQueryClient } from '@tanstack/react-query'
import type { Draft } from '@/shared/lib/useDraft'
import { useSaveDraft } from '@/shared/lib/useSaveDraft'
import { botQuery, changeBot, keys } from './api'
import type { Bot, BotPatch } from './types'

/** Saves the fields of a form that are fields of a bot. */
export function useSaveBot<T extends Required<Omit<BotPatch, 'token'>>>(
  id: string,
  draft: Draft<T>,
  pick: (bot: Bot) => T,
) {
  const queryClient = useQueryClient()
  return useSaveDraft<T, Bot>({
    draft,
    pick,
    namespace: 'telegram',
    send: (version, patch) => changeBot(id, version, patch as BotPatch),
    read: () => queryClient.fetchQuery({ ...botQuery(id), staleTime: 0 }),
    keep: (bot) => {
      queryClient.setQueryData(botQuery(id).queryKey, bot)
      void queryClient.invalidateQueries({ queryKey: keys.list })
      void queryClient.invalidateQueries({ queryKey: keys.diagnosis(id) })
    },
  })
}
