// A single picture in the thread, in pixels.
const widest = 360
const tallest = 380
const smallest = 120

/** The room of one picture, known before it is loaded so that nothing moves when it is. */
export function fitPicture(width: number, height: number): { width: number; aspectRatio: string } {
  if (width <= 0 || height <= 0) return { width: 280, aspectRatio: '3 / 2' }
  const scale = Math.min(widest / width, tallest / height, 1)
  // A panorama or a long receipt is cropped to something that can be seen.
  const shown = Math.max(smallest, Math.round(width * scale))
  const ratio = Math.min(3, Math.max(0.5, width / height))
  return { width: shown, aspectRatio: String(Number(ratio.toFixed(4))) }
}

/** Columns (of six) that each picture of an album takes: the first rows hold the larger ones. */
export function albumSpans(count: number): number[] {
  const rows: Record<number, number[]> = {
    2: [2],
    3: [1, 2],
    4: [2, 2],
    5: [2, 3],
    6: [3, 3],
    7: [2, 2, 3],
    8: [2, 3, 3],
    9: [3, 3, 3],
    10: [2, 2, 3, 3],
  }
  const shape = rows[Math.min(count, 10)] ?? [1]
  return shape.flatMap((inRow) => Array.from({ length: inRow }, () => 6 / inRow))
}
