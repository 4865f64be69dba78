import { BlobSource, BufferTarget, Conversion, Input, OggOutputFormat, Output, WEBM } from 'mediabunny'

/**
 * The same Opus packets in the container that Telegram plays as a voice message. Nothing is encoded again.
 * Loaded only when somebody records: it weighs as much as half the app.
 */
export async function toOgg(recording: Blob): Promise<Blob> {
  const input = new Input({ source: new BlobSource(recording), formats: [WEBM] })
  const target = new BufferTarget()
  const output = new Output({ format: new OggOutputFormat(), target })
  const conversion = await Conversion.init({ input, output })
  await conversion.execute()
  if (!target.buffer) throw new Error('the recording could not be repacked')
  return new Blob([target.buffer], { type: 'audio/ogg' })
}
