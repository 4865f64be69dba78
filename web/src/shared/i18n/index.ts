import i18next, { type BackendModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type common from './locales/en.json'

export const languages = ['uk', 'en', 'ru'] as const
export type Language = (typeof languages)[number]

/** Each language is written in itself, whatever the page speaks. */
export const languageNames: Record<Language, string> = { uk: 'Українська', en: 'English', ru: 'Русский' }

/**
 * The typed key space. A feature adds its own namespace:
 * `declare module '@/shared/i18n' { interface Resources { inbox: typeof en } }`
 */
export interface Resources {
  common: typeof common
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: Resources
  }
}

const files = {
  ...import.meta.glob<{ default: Record<string, unknown> }>('./locales/*.json'),
  ...import.meta.glob<{ default: Record<string, unknown> }>('../../features/*/locales/*.json'),
}

const lazyFiles: BackendModule = {
  type: 'backend',
  init() {},
  read(language, namespace, done) {
    const path =
      namespace === 'common'
        ? `./locales/${language}.json`
        : `../../features/${namespace}/locales/${language}.json`
    const load = files[path]
    if (!load) {
      done(new Error(`no texts at ${path}`), false)
      return
    }
    load().then(
      (file) => done(null, file.default),
      (error: Error) => done(error, true),
    )
  },
}

const storageKey = 'cartie-language'

export function isLanguage(value: unknown): value is Language {
  return languages.includes(value as Language)
}

/** The language of this browser before anyone is signed in. */
export function firstLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (isLanguage(stored)) return stored
  for (const tag of preferred) {
    const base = tag.slice(0, 2).toLowerCase()
    if (isLanguage(base)) return base
  }
  return 'uk'
}

export async function startTexts(): Promise<void> {
  await i18next
    .use(lazyFiles)
    .use(initReactI18next)
    .init({
      lng: firstLanguage(localStorage.getItem(storageKey), navigator.languages),
      // Every key exists in every language: tools/locales.mjs fails otherwise.
      fallbackLng: false,
      supportedLngs: [...languages],
      ns: ['common'],
      defaultNS: 'common',
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    })
  document.documentElement.lang = i18next.language
}

/** Loads every namespace in use in the new language first, so that the page changes at once. */
export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language)
  if (i18next.language === language) return
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** For a route's loader: the texts travel beside the code of the page, not after it. */
export function needs(...namespaces: (keyof Resources)[]): () => Promise<void> {
  return () => i18next.loadNamespaces(namespaces)
}

export { i18next as i18n }
