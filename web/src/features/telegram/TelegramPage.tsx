import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { onReset, subscribe } from '@/shared/api/events'
import { keys } from './api'
import { BotPage } from './BotPage'
import { BotsPage } from './BotsPage'

const route = getRouteApi('/app/telegram')

/** Changes by others, and failures of updates, arrive by themselves. */
function useBotEvents(): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    const refresh = () => void queryClient.invalidateQueries({ queryKey: keys.bots })
    const failedChanged = () =>
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[2] === 'failed' })
    const stops = [subscribe('bot.changed', refresh), subscribe('update.*', failedChanged), onReset(refresh)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [queryClient])
}

export function TelegramPage() {
  const { bot, tab = 'OVERVIEW' } = route.useSearch()
  useBotEvents()
  // Another bot is another page: nothing typed for one may show up in the other.
  return bot ? <BotPage key={bot} id={bot} tab={tab} /> : <BotsPage />
}
