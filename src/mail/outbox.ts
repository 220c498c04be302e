import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Carrier, Parcel } from './mailer.ts'

/** The oldest go first. */
const filesMax = 1_000

/**
 * Without a mail server letters are files that only their owner may read. The log says where, never what: the text may
 * hold a token.
 */
export class Outbox implements Carrier {
  constructor(
    private readonly folder: string,
    private readonly from: string,
    private readonly log: { info(fields: object, message: string): void },
  ) {}

  async deliver({ id, to, subject, text, writtenMs }: Parcel): Promise<void> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    const file = join(this.folder, `${id}.txt`)
    const aside = `${file}.part`
    const date = new Date(writtenMs).toUTCString()
    writeFileSync(aside, `From: ${this.from}\nTo: ${to}\nSubject: ${subject}\nDate: ${date}\n\n${text}\n`, {
      mode: 0o600,
    })
    chmodSync(aside, 0o600)
    renameSync(aside, file)
    this.#tidy()
    this.log.info({ file }, 'no mail server is configured (ENCAPSIFY_SMTP_URL): the e-mail was written to a file')
  }

  #tidy(): void {
    const files = readdirSync(this.folder).sort()
    for (const name of files.slice(0, Math.max(0, files.length - filesMax))) {
      rmSync(join(this.folder, name), { force: true })
    }
  }
}
