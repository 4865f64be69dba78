import { useEffect } from 'react'

/** Names the tab; `count` is what waits unread, in front where a narrow tab still shows it. */
export function usePageTitle(title: string, count = 0): void {
  useEffect(() => {
    document.title = `${count > 0 ? `(${count}) ` : ''}${title} · Cartie`
    return () => {
      document.title = 'Cartie'
    }
  }, [title, count])
}
