// Compares the texts of every language: the same keys, every plural form that the language has,
// the same variables, nothing empty, no letters of the other Cyrillic alphabet, no `light-dark()` in CSS
// (the build rewrites it into variables that nobody sets).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const languages = ['en', 'uk', 'ru']
const plural = /_(zero|one|two|few|many|other)$/
const foreign = { uk: /[ыэъё]/i, ru: /[іїєґ]/i, en: /[а-яіїєґё]/i }
const root = new URL('../src', import.meta.url).pathname
const problems = []

function flatten(value, prefix = '') {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null
      ? flatten(inner, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner]],
  )
}

function variables(text) {
  return [...String(text).matchAll(/\{\{\s*([^},\s]+)[^}]*\}\}/g)].map((match) => match[1])
}

function check(folder) {
  const name = folder.slice(root.length + 1)
  const texts = {}
  for (const language of languages) {
    const file = join(folder, `${language}.json`)
    if (!existsSync(file)) {
      problems.push(`${name}: ${language}.json is missing`)
      return
    }
    texts[language] = new Map(flatten(JSON.parse(readFileSync(file, 'utf8'))))
  }
  // A key is plural when any language has a plural form of it beside `_other`.
  const bases = new Map()
  for (const language of languages) {
    for (const key of texts[language].keys()) {
      const isPlural = plural.test(key) && texts[language].has(key.replace(plural, '_other'))
      const base = isPlural ? key.replace(plural, '') : key
      bases.set(base, (bases.get(base) ?? false) || isPlural)
    }
  }
  for (const [base, isPlural] of bases) {
    const wanted = new Set()
    for (const language of languages) {
      const map = texts[language]
      const keys = isPlural
        ? new Intl.PluralRules(language).resolvedOptions().pluralCategories.map((form) => `${base}_${form}`)
        : [base]
      for (const key of keys) {
        const text = map.get(key)
        if (text === undefined) problems.push(`${name}/${language}: no ${key}`)
        else if (typeof text !== 'string' || text.trim() === '')
          problems.push(`${name}/${language}: ${key} is empty`)
        else if (foreign[language].test(text))
          problems.push(`${name}/${language}: ${key} has letters of another language`)
        else if (/\\u[0-9a-f]{4}/i.test(text))
          problems.push(`${name}/${language}: ${key} has an escape in it`)
      }
      const used = keys
        .flatMap((key) => variables(map.get(key) ?? ''))
        .filter((variable) => variable !== 'count')
      wanted.add([...new Set(used)].sort().join())
    }
    if (wanted.size > 1) problems.push(`${name}: ${base} has different variables: ${[...wanted].join(' | ')}`)
  }
}

function walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (entry.name === 'locales') check(path)
      else walk(path)
    } else if (entry.name.endsWith('.css') && readFileSync(path, 'utf8').includes('light-dark(')) {
      problems.push(`${path.slice(root.length + 1)}: light-dark() does not survive the build`)
    }
  }
}

walk(root)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log('Texts agree in every language.')
