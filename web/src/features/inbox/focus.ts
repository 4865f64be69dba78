/** Places that keys lead to. Each part of the page puts itself here while it stands. */
type Place = 'composer' | 'search' | 'assign'

const places: Partial<Record<Place, () => void>> = {}

export function offerFocus(place: Place, focus: () => void): () => void {
  places[place] = focus
  return () => {
    if (places[place] === focus) delete places[place]
  }
}

/** Who clicks a row wants to write; who walks through the list by keys or opens a link wants to read first. */
let wantsToWrite = false

export function openToWrite(): void {
  wantsToWrite = true
}

export function takeWishToWrite(): boolean {
  const wished = wantsToWrite
  wantsToWrite = false
  return wished
}

export const focusOf = {
  composer: () => places.composer?.(),
  search: () => places.search?.(),
  assign: () => places.assign?.(),
}
