import type { Answer, Body, ItemOf } from '@/shared/api/types'
import type { Language } from '@/shared/i18n'

export type Bot = ItemOf<Answer<'/api/bots', 'get'>>
export type Diagnosis = Answer<'/api/bots/{id}/diagnostics', 'get'>
export type FailedUpdate = ItemOf<Answer<'/api/failed-updates', 'get'>>
export type BotPatch = Body<'/api/bots/{id}', 'patch'>
export type Mode = Bot['mode']

/** One text in the languages of customers; empty where there is none. */
export type Texts = Record<Language, string>
