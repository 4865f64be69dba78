import type { BotRef } from '../types'

const fullOf = (bot: BotRef) => bot.name.trim() || bot.username

/**
 * What tells a company's bots apart in a narrow badge: their names without the first words that all
 * of them share. "Avtosvit Kyiv" and "Avtosvit Lviv" become "Kyiv" and "Lviv".
 */
export function botLabels(bots: readonly BotRef[]): ReadonlyMap<string, string> {
  const words = bots.map((bot) => fullOf(bot).split(/\s+/))
  const shortest = Math.min(...words.map((list) => list.length))
  let shared = 0
  while (
    bots.length > 1 &&
    shared < shortest - 1 &&
    words.every((list) => list[shared]?.toLowerCase() === words[0]?.[shared]?.toLowerCase())
  ) {
    shared++
  }
  return new Map(
    bots.map((bot, index) => [
      bot.id,
      words[index]
        ?.slice(shared)
        .join(' ')
        .replace(/^[^\p{L}\p{N}]+/u, '') || fullOf(bot),
    ]),
  )
}
