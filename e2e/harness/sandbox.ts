/** A customer of the sandbox. */
export interface Customer {
  id: number
  first_name: string
  last_name?: string
  username?: string
  language_code?: string
}

export interface SandboxBot {
  id: number
  token: string
  username: string
  name: string
}

export interface SandboxMessage {
  message_id: number
  text?: string
  caption?: string
  from?: { id: number }
}

/** The sandbox's control API: what happens on Telegram's side. */
export class Sandbox {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`sandbox ${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }

  bots(): Promise<SandboxBot[]> {
    return this.call('GET', 'bots')
  }

  async bot(username: string): Promise<SandboxBot> {
    const bot = (await this.bots()).find((one) => one.username === username)
    if (!bot) throw new Error(`the sandbox has no bot ${username}`)
    return bot
  }

  addBot(name: string, username: string): Promise<SandboxBot> {
    return this.call('POST', 'bots', { name, username })
  }

  addCustomer(first: string, last: string, language = 'en'): Promise<Customer> {
    return this.call('POST', 'users', { first_name: first, last_name: last, language_code: language })
  }

  says(bot: number, user: number, text: string): Promise<SandboxMessage[]> {
    return this.call('POST', 'acts', { bot, user, text })
  }

  async messages(bot: number, user: number): Promise<SandboxMessage[]> {
    return (await this.call<{ messages: SandboxMessage[] }>('GET', `messages?bot=${bot}&user=${user}`))
      .messages
  }

  misbehave(fault: {
    kind: string
    bot?: number
    chat?: number
    method?: string
    count?: number
    delay_ms?: number
  }) {
    return this.call<{ id: number }>('POST', 'faults', fault)
  }

  behave(): Promise<unknown> {
    return this.call('DELETE', 'faults')
  }

  /** The address of the customer's chat page. */
  page(bot: string, user: number): string {
    return `${this.url}/?lang=en&bot=${bot}&user=${user}`
  }
}
