/** One message of a text/event-stream. */
export interface StreamMessage {
  id: string
  event: string
  data: string
}

/**
 * Reads text/event-stream incrementally (WHATWG HTML 9.2.6). `feed` takes any slice of the text,
 * also one that ends in the middle of a line, and returns the messages completed by it.
 */
export class StreamReader {
  private rest = ''
  private id = ''
  private event = ''
  private data: string[] = []

  feed(chunk: string): StreamMessage[] {
    const out: StreamMessage[] = []
    this.rest += chunk
    // A CR at the very end may be the first half of CRLF: it waits for the next slice.
    const end = this.rest.endsWith('\r') ? this.rest.length - 1 : this.rest.length
    const lines = this.rest.slice(0, end).split(/\r\n|\n|\r/)
    this.rest = (lines.pop() ?? '') + this.rest.slice(end)
    for (const line of lines) {
      if (line !== '') {
        this.field(line)
        continue
      }
      if (this.data.length > 0) {
        out.push({ id: this.id, event: this.event || 'message', data: this.data.join('\n') })
      }
      this.event = ''
      this.data = []
    }
    return out
  }

  private field(line: string): void {
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? line : line.slice(0, colon)
    const raw = colon < 0 ? '' : line.slice(colon + 1)
    const value = raw.startsWith(' ') ? raw.slice(1) : raw
    if (name === 'id' && !value.includes('\0')) this.id = value
    else if (name === 'event') this.event = value
    else if (name === 'data') this.data.push(value)
  }
}
