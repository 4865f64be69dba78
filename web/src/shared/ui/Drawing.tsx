import type { ReactNode } from 'react'
import c from './Drawing.module.css'

export type DrawingName = 'chats' | 'road' | 'bot' | 'people' | 'search' | 'key' | 'bell' | 'engine'

/** Two strokes of colour: the thing in ink (`a`), what matters about it in petrol (`b`). */
const drawings: Record<DrawingName, ReactNode> = {
  chats: (
    <>
      <path
        className={c.a}
        d="M14 22h44a6 6 0 0 1 6 6v20a6 6 0 0 1-6 6H34l-12 10V54h-8a6 6 0 0 1-6-6V28a6 6 0 0 1 6-6z"
      />
      <path className={c.b} d="M72 38h10a6 6 0 0 1 6 6v18a6 6 0 0 1-6 6h-6v9l-11-9H50a6 6 0 0 1-6-6" />
      <path className={c.b} d="M22 34h26M22 42h16" />
    </>
  ),
  road: (
    <>
      <path className={c.a} d="M8 78h80M36 26 18 78M60 26l18 52" />
      <path className={c.b} d="M48 28v8M48 44v10M48 62v12" />
      <path className={c.a} d="M30 26c4-9 10-13 18-13s14 4 18 13" />
    </>
  ),
  bot: (
    <>
      <rect className={c.a} x="18" y="32" width="60" height="40" rx="8" />
      <path className={c.a} d="M10 46v12M86 46v12M36 72v8h24v-8" />
      <path className={c.b} d="M48 32V18M42 18h12M36 48v6M60 48v6" />
    </>
  ),
  people: (
    <>
      <circle className={c.a} cx="36" cy="32" r="12" />
      <path className={c.a} d="M12 76c0-15 10-24 24-24s24 9 24 24" />
      <path className={c.b} d="M62 22a11 11 0 0 1 0 20M70 54c9 3 14 11 14 22" />
    </>
  ),
  search: (
    <>
      <path className={c.a} d="M12 62h9m18 0h24m18 0h5V50l-12-5-10-13H32L21 46l-9 4z" />
      <circle className={c.a} cx="30" cy="64" r="8" />
      <circle className={c.b} cx="72" cy="62" r="11" />
      <path className={c.b} d="m80 70 9 9" />
    </>
  ),
  key: (
    <>
      <circle className={c.a} cx="30" cy="48" r="16" />
      <path className={c.a} d="M46 48h40v10M74 48v8" />
      <circle className={c.b} cx="30" cy="48" r="5" />
      <path className={c.b} d="M18 24c8-5 18-5 26 0" />
    </>
  ),
  bell: (
    <>
      <path className={c.a} d="M24 66V44a24 24 0 0 1 48 0v22l7 6H17z" />
      <path className={c.b} d="M40 78a8 8 0 0 0 16 0M48 20v-7" />
    </>
  ),
  engine: (
    <>
      <path className={c.a} d="M22 38h14l6-8h20v8h10v10h8v-6h6v28h-6v-6h-8v10H40l-8-8H22z" />
      <path className={c.b} d="M14 46v18M46 22h18M52 44l-6 11h10l-6 11" />
    </>
  ),
}

/** A small line drawing of our own; decorative, the words beside it say everything. */
export function Drawing({ name, size = 96 }: { name: DrawingName; size?: number }) {
  return (
    <svg className={c.drawing} width={size} height={size} viewBox="0 0 96 96" aria-hidden="true">
      {drawings[name]}
    </svg>
  )
}
