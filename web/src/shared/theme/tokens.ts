/** The whole palette. Each token becomes `--app-<name>`; nothing else in the app names a colour. */
export interface Tokens {
  bg: string
  card: string
  sunken: string
  raised: string
  line: string
  lineStrong: string
  hover: string
  selected: string
  ink: string
  inkSoft: string
  muted: string
  petrol: string
  petrolInk: string
  petrolSoft: string
  onPetrol: string
  amber: string
  amberInk: string
  amberSoft: string
  onAmber: string
  red: string
  redFill: string
  redInk: string
  redSoft: string
  onRed: string
  green: string
  greenInk: string
  greenSoft: string
  onGreen: string
  mine: string
  mineInk: string
  mineMeta: string
  note: string
  noteInk: string
  scrim: string
}

export const light: Tokens = {
  bg: '#F7F7F4',
  card: '#FFFFFF',
  sunken: '#F1F1ED',
  raised: '#FFFFFF',
  line: '#E5E4DE',
  lineStrong: '#C9C7BE',
  hover: '#F1F0EB',
  selected: '#E4EFEE',
  ink: '#1B1D1F',
  inkSoft: '#3D4145',
  muted: '#5F6468',
  petrol: '#0B6E6E',
  petrolInk: '#095C5D',
  petrolSoft: '#DCEEEC',
  onPetrol: '#FFFFFF',
  amber: '#F5A524',
  amberInk: '#7A4B00',
  amberSoft: '#FCEFD3',
  onAmber: '#2A1B00',
  red: '#D64545',
  redFill: '#C63737',
  redInk: '#A82626',
  redSoft: '#FBE4E2',
  onRed: '#FFFFFF',
  green: '#2E9E5B',
  greenInk: '#1A6B3B',
  greenSoft: '#DDF1E4',
  onGreen: '#04230F',
  mine: '#D9ECEA',
  mineInk: '#142A2A',
  mineMeta: '#3F5F5E',
  note: '#FBF3DF',
  noteInk: '#3F2F0B',
  scrim: 'rgb(16 19 20 / 0.45)',
}

export const dark: Tokens = {
  bg: '#101314',
  card: '#181C1E',
  sunken: '#141718',
  raised: '#1F2427',
  line: '#2A3033',
  lineStrong: '#465055',
  hover: '#1F2427',
  selected: '#173534',
  ink: '#E9ECEA',
  inkSoft: '#CBD0CE',
  muted: '#9BA4A3',
  petrol: '#35B5AE',
  petrolInk: '#6FD3CC',
  petrolSoft: '#16383A',
  onPetrol: '#041E1D',
  amber: '#F5A524',
  amberInk: '#FFC766',
  amberSoft: '#3A2B10',
  onAmber: '#2A1B00',
  red: '#E8625F',
  redFill: '#E8625F',
  redInk: '#FF9A95',
  redSoft: '#3D1E1E',
  onRed: '#240606',
  green: '#45B874',
  greenInk: '#7FDCA4',
  greenSoft: '#16351F',
  onGreen: '#04230F',
  mine: '#17403F',
  mineInk: '#E6F4F2',
  mineMeta: '#A5C9C6',
  note: '#2E2714',
  noteInk: '#F4E6C0',
  scrim: 'rgb(0 0 0 / 0.6)',
}

export interface Pair {
  bg: string
  ink: string
}

/** Eight muted tones for initials; every pair is AA in both schemes (asserted in tokens.test.ts). */
export const avatarLight: readonly Pair[] = [
  { bg: '#D5E9E7', ink: '#0B5353' },
  { bg: '#F3E2C3', ink: '#6B4300' },
  { bg: '#E3E0F1', ink: '#463C86' },
  { bg: '#F4DBD6', ink: '#8A2D22' },
  { bg: '#DCE9D3', ink: '#345A1D' },
  { bg: '#D8E4EF', ink: '#264F78' },
  { bg: '#EFDBE7', ink: '#7C2A5A' },
  { bg: '#E4E2DA', ink: '#4C493F' },
]

export const avatarDark: readonly Pair[] = [
  { bg: '#14403F', ink: '#8FE0D9' },
  { bg: '#453312', ink: '#FFD48A' },
  { bg: '#302B52', ink: '#C4BBF5' },
  { bg: '#4A2420', ink: '#FFB3A8' },
  { bg: '#27401A', ink: '#B7E09B' },
  { bg: '#1D3852', ink: '#A6CFF5' },
  { bg: '#47203A', ink: '#F5B0D6' },
  { bg: '#37352E', ink: '#D9D5C8' },
]

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** The CSS custom properties of one scheme. */
export function variables(tokens: Tokens, avatars: readonly Pair[]): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(tokens)) out[`--app-${kebab(name)}`] = value
  avatars.forEach((pair, index) => {
    out[`--app-avatar-${index}-bg`] = pair.bg
    out[`--app-avatar-${index}-ink`] = pair.ink
  })
  return out
}

/** The same person always gets the same tone, on every page and in every session. */
export function avatarTone(key: string): number {
  let hash = 0
  for (const char of key) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0
  return hash % avatarLight.length
}
