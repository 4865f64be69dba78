import { useMediaQuery } from '@mantine/hooks'

/** Below this a page shows one pane at a time; the same number is in the style sheets. */
export const phoneWidth = '48em'

export function useIsPhone(): boolean {
  return useMediaQuery(`(max-width: ${phoneWidth})`, undefined, { getInitialValueInEffect: false }) ?? false
}
