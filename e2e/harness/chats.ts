import { expect } from 'vitest'
import type { Client } from './client.ts'
import type { Customer, Sandbox } from './sandbox.ts'

export const salesBot = 'kashtan_auto_bot'

export interface Chat {
  /** Id of the conversation in the product. */
  id: string
  name: string
  customer: Customer
  /** Id of the bot in the sandbox. */
  bot: number
}

interface Row {
  id: string
  contact: { name: string } | null
}

/** A new customer who has written; answers when the conversation is in the inbox. */
export async function newChat(
  sandbox: Sandbox,
  client: Client,
  [first, last]: [string, string],
  texts: string[],
  username = salesBot,
): Promise<Chat> {
  const bot = await sandbox.bot(username)
  const customer = await sandbox.addCustomer(first, last)
  for (const text of texts) await sandbox.says(bot.id, customer.id, text)
  const name = `${first} ${last}`
  const find = async () => {
    const { items } = await client.get<{ items: Row[] }>(`/api/conversations?q=${encodeURIComponent(last)}`)
    return items.find((one) => one.contact?.name === name)
  }
  await expect.poll(find, { timeout: 15_000 }).toBeDefined()
  const id = (await find())?.id ?? ''
  const arrived = async () => {
    const { items } = await client.get<{ items: { text: string }[] }>(`/api/conversations/${id}/messages`)
    return items.map((one) => one.text)
  }
  await expect.poll(arrived, { timeout: 15_000 }).toEqual(expect.arrayContaining(texts))
  return { id, name, customer, bot: bot.id }
}
