/** One message, encoded once however many get it. */
export class Frame {
  #event: Uint8Array<ArrayBuffer> | undefined

  /** @param cursor where a client is that has got it (R3). */
  constructor(
    readonly text: string,
    readonly cursor?: string,
  ) {}

  /** The message in an event stream (HTML, 9.2.5). JSON holds no line break, so one field is enough. */
  get event(): Uint8Array<ArrayBuffer> {
    this.#event ??= new TextEncoder().encode(
      `${this.cursor === undefined ? '' : `id: ${this.cursor}\n`}data: ${this.text}\n\n`,
    )
    return this.#event
  }
}
