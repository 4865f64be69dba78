/** Sections of a bot, as they stand in the address. */
export const tabs = ['OVERVIEW', 'SETTINGS'] as const
export type BotTab = (typeof tabs)[number]
