import { useCallback, useEffect, useRef, useState } from 'react'

export interface Recording {
  file: File
  /** Seconds. */
  duration: number
}

export type RecorderState = 'asking' | 'recording' | 'packing' | 'denied' | 'unavailable' | 'failed'

const levelEveryMs = 80
const mostLevels = 48

// What browsers can write, the best first. OGG and MP4 go as they are.
const types = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4']

/** Records from the microphone from the moment it is used. */
export function useRecorder() {
  const [state, setState] = useState<RecorderState>('asking')
  const [seconds, setSeconds] = useState(0)
  const [levels, setLevels] = useState<readonly number[]>([])
  const recorder = useRef<MediaRecorder | undefined>(undefined)
  const startedAt = useRef(0)

  useEffect(() => {
    let isGone = false
    let release = () => {}
    const begin = async () => {
      if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === 'undefined') {
        setState('unavailable')
        return
      }
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, channelCount: 1 },
      })
      const free = () => {
        for (const track of stream.getTracks()) track.stop()
      }
      if (isGone) {
        free()
        return
      }
      const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type))
      const made = new MediaRecorder(stream, {
        ...(mimeType ? { mimeType } : {}),
        audioBitsPerSecond: 32_000,
      })
      recorder.current = made
      made.start()
      startedAt.current = performance.now()
      setState('recording')
      const meter = watchLevel(stream, (level) => {
        setSeconds((performance.now() - startedAt.current) / 1_000)
        setLevels((before) => [...before.slice(1 - mostLevels), level])
      })
      release = () => {
        meter()
        if (made.state !== 'inactive') made.stop()
        free()
      }
    }
    begin().catch((error: unknown) => {
      const isDenied = error instanceof DOMException && error.name === 'NotAllowedError'
      setState(isDenied ? 'denied' : 'unavailable')
    })
    return () => {
      isGone = true
      release()
    }
  }, [])

  const stop = useCallback(async (): Promise<Recording | undefined> => {
    const made = recorder.current
    if (!made || made.state === 'inactive') return undefined
    const duration = (performance.now() - startedAt.current) / 1_000
    setState('packing')
    try {
      const recorded = await new Promise<Blob>((resolve) => {
        made.addEventListener('dataavailable', (event) => resolve(event.data), { once: true })
        made.stop()
      })
      return { file: await pack(recorded), duration: Math.max(1, Math.round(duration)) }
    } catch {
      setState('failed')
      return undefined
    }
  }, [])

  return { state, seconds, levels, stop }
}

async function pack(recorded: Blob): Promise<File> {
  const type = recorded.type.split(';')[0] ?? ''
  if (type === 'audio/mp4') return new File([recorded], 'voice.m4a', { type })
  if (type === 'audio/ogg') return new File([recorded], 'voice.ogg', { type })
  const { toOgg } = await import('./remux')
  return new File([await toOgg(recorded)], 'voice.ogg', { type: 'audio/ogg' })
}

/** Calls back with the loudness (0..1) until it is told to stop. */
function watchLevel(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 512
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    let power = 0
    for (const sample of samples) power += sample * sample
    // Speech stays near 0.1 of the full scale.
    tell(Math.min(1, Math.sqrt(power / samples.length) * 6))
  }, levelEveryMs)
  return () => {
    clearInterval(timer)
    void context.close()
  }
}
