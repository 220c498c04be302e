import type { Letter } from '../../src/mail/mailer.ts'

/** The token stands in the letter alone; kept is its hash. */
export function resetLetter(to: string, origin: string, token: string): Letter {
  return {
    to,
    subject: 'Set a new password',
    text: `Somebody, probably you, asked for a new password for this address at ${origin}.

Open this link within an hour to set it:
${origin}/studio/reset?token=${encodeURIComponent(token)}

If it was not you, do nothing: your password stays as it is.`,
  }
}
