import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it } from 'vitest'
import { useGuardedKeys } from './useGuardedKeys'

let pressed: string[] = []
let clicked = 0
const shortcuts = ['Enter', 'Escape'].map((keys) => ({ keys, label: keys, run: () => pressed.push(keys) }))

function Page({ isCovered = false }: { isCovered?: boolean }) {
  useGuardedKeys('test', 'Test', shortcuts)
  return (
    <>
      <button type="button" onClick={() => (clicked += 1)}>
        Save
      </button>
      <input aria-label="Text" />
      {isCovered && <div role="dialog" aria-label="Over" />}
    </>
  )
}

beforeEach(() => {
  pressed = []
  clicked = 0
})

describe('guarded keys', () => {
  it('act when nothing else wants them', async () => {
    render(<Page />)
    await userEvent.keyboard('{Enter}{Escape}')
    expect(pressed).toEqual(['Enter', 'Escape'])
  })

  it('leave Enter to the button that has the focus', async () => {
    render(<Page />)
    screen.getByRole('button').focus()
    await userEvent.keyboard('{Enter}')
    expect(pressed).toEqual([])
    expect(clicked).toBe(1)
  })

  it('are silent while somebody types', async () => {
    render(<Page />)
    await userEvent.type(screen.getByRole('textbox'), '{Enter}{Escape}')
    expect(pressed).toEqual([])
  })

  it('are silent under a dialog', async () => {
    render(<Page isCovered />)
    await userEvent.keyboard('{Enter}{Escape}')
    expect(pressed).toEqual([])
  })
})
