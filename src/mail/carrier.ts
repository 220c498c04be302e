import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Carrier } from './mailer.ts'
import { Outbox } from './outbox.ts'
import { SmtpCarrier } from './smtp.ts'

/** By SMTP where a server is configured, into files of the data folder where none is. */
export function carrierOf(
  config: Pick<Config, 'mail' | 'data'>,
  log: { info(fields: object, message: string): void },
): Carrier {
  const { smtpUrl, from } = config.mail
  return smtpUrl === undefined
    ? new Outbox(join(config.data.folder, 'outbox'), from, log)
    : new SmtpCarrier(smtpUrl, from)
}
