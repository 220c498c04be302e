import { isProof, prove } from './hello.ts'

/** Signs and checks what travels on one connection: each text once, in order, in one direction, after the challenge was said. */
export class Channel {
  #sent = 0
  #received = 0

  constructor(
    private readonly key: Buffer,
    private readonly mine: string,
    private readonly theirs: string,
  ) {}

  seal(text: string): string {
    const counter = ++this.#sent
    return `${prove(this.key, 'channel', this.theirs, String(counter), text)}.${text}`
  }

  /** null for what was not said on this connection, or not next. */
  open(sealed: string): string | null {
    const dot = sealed.indexOf('.')
    const text = sealed.slice(dot + 1)
    const counter = String(this.#received + 1)
    if (!isProof(sealed.slice(0, Math.max(0, dot)), this.key, 'channel', this.mine, counter, text)) return null
    this.#received++
    return text
  }
}
