/** Places that keys lead to. Each part of the page puts itself here while it stands. */
type Place = 'composer' | 'search' | 'assign'

const places: Partial<Record<Place, () => void>> = {}

export function offerFocus(place: Place, focus: () => void): () => void {
  places[place] = focus
  return () => {
    if (places[place] === focus) delete places[place]
  }
}

export const focusOf = {
  composer: () => places.composer?.(),
  search: () => places.search?.(),
  assign: () => places.assign?.(),
}
