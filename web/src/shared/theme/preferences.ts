import { create } from 'zustand'
import { persist } from 'zustand/middleware'

export type Density = 'dense' | 'comfortable'

interface Preferences {
  density: Density
  setDensity: (density: Density) => void
}

/** What belongs to this browser, not to the account. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      density: 'comfortable',
      setDensity: (density) => set({ density }),
    }),
    { name: 'cartie-preferences' },
  ),
)

/** Keeps the attribute that global.css reads for row heights; returns the way to stop. */
export function applyDensity(root: HTMLElement): () => void {
  const apply = (density: Density) => root.setAttribute('data-density', density)
  apply(usePreferences.getState().density)
  return usePreferences.subscribe((state) => apply(state.density))
}
