import { mergeConfig } from 'vite'
import { defineConfig } from 'vitest/config'
import base from './vite.config.ts'

export default mergeConfig(
  base,
  defineConfig({
    test: {
      environment: 'happy-dom',
      setupFiles: ['./src/shared/test/setup.ts'],
      include: ['src/**/*.test.{ts,tsx}'],
      testTimeout: 30_000,
      env: { TZ: 'Europe/Kyiv' },
    },
  }),
)
