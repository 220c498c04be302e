import type { Transporter } from 'nodemailer'
import type { Carrier, Parcel } from './mailer.ts'

/** A mail server that does not answer must not hold a job for the library's ten minutes. */
const connectMsMax = 10_000
const silenceMsMax = 30_000

/** Delivers by SMTP. The library is loaded with the first letter. */
export class SmtpCarrier implements Carrier {
  #transporter: Promise<Transporter> | undefined

  constructor(
    /** `smtp://` or `smtps://`, with user and password where the server wants them. */
    private readonly url: string,
    /** `Name <address>`. */
    private readonly from: string,
  ) {}

  async deliver({ id, to, subject, text, writtenMs }: Parcel): Promise<void> {
    this.#transporter ??= connect(this.url)
    const transporter = await this.#transporter
    try {
      await transporter.sendMail({
        from: this.from,
        // An object, so that no text in it is read as a list of addresses.
        to: { name: '', address: to },
        subject,
        text,
        date: new Date(writtenMs),
        messageId: `<${id}@${domainOf(this.from)}>`,
        // Machines that answer letters should not answer these (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      })
    } catch (error) {
      // Only its words: the library's error carries the conversation.
      throw new Error(
        `The mail server did not take the letter: ${error instanceof Error ? error.message : 'no reason'}`,
      )
    }
  }
}

async function connect(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    url,
    connectionTimeout: connectMsMax,
    greetingTimeout: connectMsMax,
    socketTimeout: silenceMsMax,
  })
}

/** The domain of `Name <user@domain>` or `user@domain`. */
export function domainOf(from: string): string {
  return /@([^\s>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
}
