import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const compressible = /\.(?:js|css|svg|json)$/
// Below this many bytes the headers weigh more than compression saves.
const minimumSize = 512

/** Writes a .gz and a .br beside each text asset, so that the server compresses nothing while it runs. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    writeBundle({ dir }) {
      const assets = join(dir ?? 'dist', 'assets')
      for (const name of readdirSync(assets)) {
        if (!compressible.test(name)) continue
        const file = join(assets, name)
        const body = readFileSync(file)
        if (body.length < minimumSize) continue
        writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }))
        const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }
        writeFileSync(`${file}.br`, brotliCompressSync(body, brotli))
      }
    },
  }
}

// In development the Go server answers everything that is not a page or a module.
const server = process.env.CARTIE_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), precompress()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The Go handler puts a fresh value in place of this word on every request.
  html: { cspNonce: '__NONCE__' },
  server: { host: '127.0.0.1', proxy: { '/api': server, '/media': server } },
  build: {
    target: 'baseline-widely-available',
    manifest: true,
    assetsInlineLimit: 0,
    emptyOutDir: true,
  },
})
