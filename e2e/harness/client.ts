/** Talks to the product as its browser would: with the cookie of a session. */
export class Client {
  readonly url: string
  cookie: string

  constructor(url: string, cookie = '') {
    this.url = url
    this.cookie = cookie
  }

  async call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.cookie ? { Cookie: `cartie_session=${this.cookie}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    for (const cookie of response.headers.getSetCookie()) {
      const value = cookie.match(/^cartie_session=([^;]*)/)?.[1]
      if (value !== undefined) this.cookie = value
    }
    return (text ? JSON.parse(text) : undefined) as T
  }

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path)
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, body, { 'Idempotency-Key': crypto.randomUUID() })
  }

  patch<T>(path: string, body: unknown, version?: number): Promise<T> {
    return this.call<T>('PATCH', path, body, version === undefined ? {} : { 'If-Match': `"${version}"` })
  }
}
