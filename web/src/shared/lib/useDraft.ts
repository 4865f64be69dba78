import { useCallback, useState } from 'react'
import { flushSync } from 'react-dom'
import { changedFields, type Field, sameValue, threeWay } from './merge'

/** What others have saved while this person was typing. */
export interface DraftNews<T> {
  taken: Field<T>[]
  both: { field: Field<T>; theirs: T[Field<T>] }[]
}

interface DraftState<T> {
  base: T
  version: number
  values: T
  news: DraftNews<T> | undefined
}

export interface Draft<T> {
  /** What the server held when the person began. */
  base: T
  values: T
  /** Names the version that the values were typed over: for If-Match. */
  version: number
  changed: Field<T>[]
  isDirty: boolean
  news: DraftNews<T> | undefined
  set: (patch: Partial<T>) => void
  /** Only what was changed: the body of a PATCH. */
  patch: () => Partial<T>
  reset: () => void
  /** Tells that the server has accepted `sent` and now holds `server`. Call before the cache learns of it. */
  accept: (sent: Partial<T>, server: T, version: number) => void
  dismissNews: () => void
}

function pickFields<T>(values: T, fields: Field<T>[]): Partial<T> {
  const out: Partial<T> = {}
  for (const field of fields) out[field] = values[field]
  return out
}

function moved<T extends object>(state: DraftState<T>, server: T, version: number): DraftState<T> {
  const merged = threeWay(state.base, state.values, server)
  const wasDirty = changedFields(state.base, state.values).length > 0
  const both = new Map((state.news?.both ?? []).map((entry) => [entry.field, entry]))
  for (const field of merged.both) both.set(field, { field, theirs: server[field] })
  const taken = [...new Set([...(state.news?.taken ?? []), ...merged.taken])]
  const hasNews = wasDirty && (taken.length > 0 || both.size > 0)
  return {
    base: server,
    version,
    values: merged.values,
    news: hasNews ? { taken, both: [...both.values()] } : undefined,
  }
}

/**
 * Values that a person edits over a version of the server. When a newer version arrives, what the person
 * did not touch follows it, what the person typed stays, and `news` says what others did.
 */
export function useDraft<T extends object>(server: T, version: number): Draft<T> {
  const [state, setState] = useState<DraftState<T>>({
    base: server,
    version,
    values: server,
    news: undefined,
  })
  let current = state
  if (version > state.version) {
    current = moved(state, server, version)
    setState(current)
  }
  const changed = changedFields(current.base, current.values)

  const accept = useCallback((sent: Partial<T>, accepted: T, acceptedVersion: number) => {
    // The cache tells its readers in a lane of its own: without the flush they would see the new version first.
    flushSync(() =>
      setState((before) => {
        const values = { ...accepted }
        for (const field of changedFields(before.base, before.values)) {
          const typedSince = !(field in sent) || !sameValue(before.values[field], sent[field])
          if (typedSince) values[field] = before.values[field]
        }
        return { base: accepted, version: acceptedVersion, values, news: undefined }
      }),
    )
  }, [])

  return {
    base: current.base,
    values: current.values,
    version: current.version,
    changed,
    isDirty: changed.length > 0,
    news: current.news,
    set: useCallback(
      (patch) => setState((before) => ({ ...before, values: { ...before.values, ...patch } })),
      [],
    ),
    patch: () => pickFields(current.values, changed),
    reset: useCallback(() => setState((before) => ({ ...before, values: before.base, news: undefined })), []),
    accept,
    dismissNews: useCallback(() => setState((before) => ({ ...before, news: undefined })), []),
  }
}
