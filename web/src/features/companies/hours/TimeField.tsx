import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { readTime } from '../hours'

interface TimeFieldProps {
  label: string
  /** `HH:MM`, up to 24:00, which the browser's own time field cannot say. */
  value: string
  canEdit: boolean
  isWrong: boolean
  onChange: (time: string) => void
}

/** Takes `9`, `930` and `9:30` alike; what is no time stays to be mended. */
export function TimeField({ label, value, canEdit, isWrong, onChange }: TimeFieldProps) {
  const [typed, setTyped] = useState<string>()
  const settle = () => {
    if (typed === undefined) return
    onChange(readTime(typed) ?? typed.trim())
    setTyped(undefined)
  }
  return (
    <TextInput
      aria-label={label}
      value={typed ?? value}
      w={72}
      maxLength={5}
      inputMode="numeric"
      autoComplete="off"
      className="num"
      readOnly={!canEdit}
      error={isWrong}
      styles={{ input: { textAlign: 'center' } }}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key === 'Enter') settle()
      }}
    />
  )
}
