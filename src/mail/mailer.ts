/** A letter as the modules write it. */
export interface Letter {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** The door to the post. */
export interface Mailer {
  /**
   * Resolves when the letter is stored and will be delivered, now or after retries.
   * @param key what makes a repetition harmless: under one key a day's first letter is the only one.
   * @throws AppError unavailable.
   */
  send(letter: Letter, key?: string): Promise<void>
}

/** A letter on its way. `id` stays the same over all attempts, so that a receiver can tell a repetition. */
export interface Parcel extends Letter {
  readonly id: string
  readonly writtenMs: number
}

/** The last mile: hands one letter over, or throws. */
export interface Carrier {
  deliver(parcel: Parcel): Promise<void>
}
