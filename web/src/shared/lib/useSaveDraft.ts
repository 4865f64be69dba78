import { useMutation } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { toApiError } from '../api/problem'
import { fieldSentences } from '../api/sentence'
import { toast } from '../ui/toast'
import { threeWay } from './merge'
import type { Draft } from './useDraft'

interface SaveOptions<T, E> {
  draft: Draft<T>
  /** The fields of the form in the thing that the server answers with. */
  pick: (entity: E) => T
  /** PATCH with If-Match. */
  send: (version: number, patch: Partial<T>) => Promise<E>
  /** Reads the newest version past the cache, into the cache. */
  read: () => Promise<E>
  /** Puts the answer into the cache. */
  keep: (entity: E) => void
  /** Where the feature keeps its `problem.<code>` sentences. */
  namespace: string
}

/**
 * Saves a draft. When somebody else has saved other fields meanwhile, it is saved over theirs; when they
 * touched the same ones, nothing is sent: the draft shows both, and the person saves again.
 */
export function useSaveDraft<T extends object, E extends { version: number }>(options: SaveOptions<T, E>) {
  const { draft, pick, send, read, keep, namespace } = options
  const { t, i18n } = useTranslation()
  const mutation = useMutation({
    meta: { quiet: true },
    mutationFn: async () => {
      const sent = draft.patch()
      try {
        return { sent, entity: await send(draft.version, sent) }
      } catch (error) {
        if (toApiError(error).kind !== 'stale') throw error
        const fresh = await read()
        if (threeWay(draft.base, draft.values, pick(fresh)).both.length > 0) throw error
        return { sent, entity: await send(fresh.version, sent) }
      }
    },
    onSuccess: ({ sent, entity }) => {
      draft.accept(sent, pick(entity), entity.version)
      keep(entity)
      toast.done(t('toast.saved'))
    },
  })
  const { mutate, reset, error, isPending } = mutation
  const isStale = error !== null && toApiError(error).kind === 'stale'
  const { set } = draft
  return {
    save: useCallback(() => mutate(), [mutate]),
    isPending,
    /** What to say above the form; a conflict is said by the notice of the draft. */
    error: isStale ? null : error,
    /** What to say under the fields. */
    fields: error ? fieldSentences(error, t, i18n.language, namespace) : {},
    /** As the draft's own, and what was wrong is forgotten. */
    set: useCallback(
      (patch: Partial<T>) => {
        set(patch)
        if (error) reset()
      },
      [set, error, reset],
    ),
  }
}
