import { Outlet } from '@tanstack/react-router'
import { Shell } from './Shell'

/** The shell around the page of the address. */
export function AppShell() {
  return (
    <Shell>
      <Outlet />
    </Shell>
  )
}
