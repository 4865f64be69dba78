// Copies the pictures that the README shows from shots/ to docs/screenshots. Run the tests first.
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const limit = 250_000 // bytes
const chosen = {
  'conversation-desk-light.png': 'inbox.png',
  'conversation-desk-dark.png': 'inbox-dark.png',
  'conversation-phone-light.png': 'inbox-phone.png',
  'telegram-bot-desk-light.png': 'bot.png',
  'companies-hours-desk-light.png': 'company.png',
  'customer-phone-light.png': 'customer.png',
}

const from = join(import.meta.dirname, '..', 'shots')
const to = join(import.meta.dirname, '..', '..', 'docs', 'screenshots')
mkdirSync(to, { recursive: true })
let isWrong = false
for (const [source, name] of Object.entries(chosen)) {
  const path = join(from, source)
  if (!existsSync(path)) {
    console.error(`${source} is missing: run the tests first.`)
    isWrong = true
  } else if (statSync(path).size > limit) {
    console.error(`${source} has more than ${limit} bytes.`)
    isWrong = true
  } else copyFileSync(path, join(to, name))
}
process.exitCode = isWrong ? 1 : 0
