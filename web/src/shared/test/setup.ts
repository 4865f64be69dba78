import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// A busy machine takes seconds to load the code of a page; a test that waits in vain still ends.
configure({ asyncUtilTimeout: 10_000 })

afterEach(cleanup)

if (!window.matchMedia) {
  Object.defineProperty(window, 'matchMedia', {
    value: (media: string) => ({
      matches: false,
      media,
      onchange: null,
      addEventListener() {},
      removeEventListener() {},
      addListener() {},
      removeListener() {},
      dispatchEvent: () => false,
    }),
  })
}

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
}

// A field that grows with its text listens to fonts that arrive late.
if (!document.fonts) Object.defineProperty(document, 'fonts', { value: new EventTarget() })
