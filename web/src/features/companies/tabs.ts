/** Sections of a company, as they stand in the address. */
export const tabs = ['GENERAL', 'HOURS', 'TEAM', 'ROLES', 'PLAN', 'AUDIT'] as const
export type CompanyTab = (typeof tabs)[number]
