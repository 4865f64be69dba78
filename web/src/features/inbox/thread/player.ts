/** Only one thing speaks at a time. */
let speaking: HTMLMediaElement | undefined

export function startAlone(media: HTMLMediaElement): void {
  if (speaking && speaking !== media) speaking.pause()
  speaking = media
  void media.play().catch(() => {
    // The browser or the file refused; the button stays at "play".
  })
}
