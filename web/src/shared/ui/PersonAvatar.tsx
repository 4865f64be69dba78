import { Avatar } from '@mantine/core'
import { initials } from '../lib/format'
import { avatarTone } from '../theme/tokens'

interface PersonAvatarProps {
  name: string
  /** What stays when the name changes, so that the colour does too. */
  id?: string
  src?: string | undefined
  size?: number
}

/** A photo, or initials in one of our eight tones. Decorative: the name stands beside it. */
export function PersonAvatar({ name, id, src, size = 36 }: PersonAvatarProps) {
  const tone = avatarTone(id || name)
  return (
    <Avatar
      src={src || null}
      size={size}
      radius="xl"
      alt=""
      aria-hidden="true"
      styles={{
        placeholder: {
          background: `var(--app-avatar-${tone}-bg)`,
          color: `var(--app-avatar-${tone}-ink)`,
          border: 0,
          fontSize: Math.round(size * 0.38),
          fontWeight: 600,
        },
      }}
    >
      {initials(name)}
    </Avatar>
  )
}
