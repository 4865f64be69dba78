function channel(value: number): number {
  const c = value / 255
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
}

function luminance(hex: string): number {
  const n = Number.parseInt(hex.slice(1), 16)
  return 0.2126 * channel(n >> 16) + 0.7152 * channel((n >> 8) & 255) + 0.0722 * channel(n & 255)
}

/** WCAG contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

/** Black or white, whichever reads better on the colour that a company chose for itself. */
export function inkOn(background: string): string {
  if (!/^#[0-9a-f]{6}$/i.test(background)) return '#FFFFFF'
  return contrast(background, '#FFFFFF') >= contrast(background, '#1B1D1F') ? '#FFFFFF' : '#1B1D1F'
}
