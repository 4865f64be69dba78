import {
  type Icon,
  IconFile,
  IconGif,
  IconInfoCircle,
  IconLibraryPhoto,
  IconMapPin,
  IconMicrophone,
  IconMusic,
  IconPhoto,
  IconPointer,
  IconSticker,
  IconUser,
  IconVideo,
} from '@tabler/icons-react'

const icons: Record<string, Icon> = {
  photo: IconPhoto,
  album: IconLibraryPhoto,
  video: IconVideo,
  video_note: IconVideo,
  voice: IconMicrophone,
  audio: IconMusic,
  animation: IconGif,
  sticker: IconSticker,
  document: IconFile,
  contact: IconUser,
  location: IconMapPin,
  callback: IconPointer,
  service: IconInfoCircle,
}

/** The sign of a message's kind; text needs none. */
export function iconOf(kind: string): Icon | undefined {
  return icons[kind]
}

export const namedKinds = [
  'photo',
  'album',
  'video',
  'video_note',
  'voice',
  'audio',
  'animation',
  'sticker',
  'document',
  'contact',
  'location',
  'callback',
  'service',
] as const

export type NamedKind = (typeof namedKinds)[number]

export function isNamedKind(kind: string): kind is NamedKind {
  return (namedKinds as readonly string[]).includes(kind)
}
