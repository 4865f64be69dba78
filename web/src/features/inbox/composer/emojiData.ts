import enEmoji from 'emojibase-data/en/compact.json?url'
import enWords from 'emojibase-data/en/messages.json?url'
import ruEmoji from 'emojibase-data/ru/compact.json?url'
import ruWords from 'emojibase-data/ru/messages.json?url'
import ukEmoji from 'emojibase-data/uk/compact.json?url'
import ukWords from 'emojibase-data/uk/messages.json?url'
import type { EmojiData, EmojiDataResolver, SkinTone } from 'frimousse'

const files: Record<string, [emoji: string, words: string]> = {
  en: [enEmoji, enWords],
  uk: [ukEmoji, ukWords],
  ru: [ruEmoji, ruWords],
}

interface CompactEmoji {
  label: string
  unicode: string
  tags?: string[]
  group?: number
  order?: number
  skins?: { unicode: string }[]
}

interface Words {
  groups: { key: string; message: string; order: number }[]
  skinTones: { key: string; message: string }[]
}

type Tone = Exclude<SkinTone, 'none'>

// The order of the variants in the data.
const tones: Tone[] = ['light', 'medium-light', 'medium', 'medium-dark', 'dark']
// Parts of other emoji, never sent alone.
const componentGroup = 2

async function read<T>(url: string, signal: AbortSignal | undefined): Promise<T> {
  const response = await fetch(url, signal ? { signal } : {})
  if (!response.ok) throw new Error(`emoji data: ${response.status}`)
  return (await response.json()) as T
}

/** The emoji in a language, read from this program's own files. */
export async function emojiData(
  locale: string,
  { signal }: Parameters<EmojiDataResolver>[1],
): Promise<EmojiData> {
  const [emojiUrl, wordsUrl] = files[locale] ?? [enEmoji, enWords]
  const [all, words] = await Promise.all([
    read<CompactEmoji[]>(emojiUrl, signal),
    read<Words>(wordsUrl, signal),
  ])
  const shown = all
    .filter((entry) => entry.group !== undefined && entry.group !== componentGroup)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
  const label = (tone: Tone) => words.skinTones.find((entry) => entry.key === tone)?.message ?? tone
  return {
    locale,
    categories: words.groups
      .filter((group) => group.order !== componentGroup)
      .map((group) => ({ index: group.order, label: group.message })),
    emojis: shown.map((entry) => ({
      emoji: entry.unicode,
      category: entry.group ?? 0,
      label: entry.label,
      version: 0,
      tags: entry.tags ?? [],
      ...(entry.skins?.length === tones.length
        ? {
            skins: Object.fromEntries(
              tones.map((tone, index) => [tone, entry.skins?.[index]?.unicode ?? '']),
            ) as Record<Tone, string>,
          }
        : {}),
    })),
    skinTones: Object.fromEntries(tones.map((tone) => [tone, label(tone)])) as Record<Tone, string>,
  }
}
