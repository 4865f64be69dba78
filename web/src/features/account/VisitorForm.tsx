import { Stack } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { usePageTitle } from '@/shared/lib/usePageTitle'
import c from './VisitorForm.module.css'

interface VisitorFormProps {
  title: string
  text?: ReactNode
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  children: ReactNode
}

/** One task with its title, its fields and its button. */
export function VisitorForm({ title, text, onSubmit, children }: VisitorFormProps) {
  usePageTitle(title)
  return (
    <form onSubmit={onSubmit} noValidate>
      <h1 className={c.title}>{title}</h1>
      {text && <p className={c.text}>{text}</p>}
      <Stack gap="md" mt="lg">
        {children}
      </Stack>
    </form>
  )
}
