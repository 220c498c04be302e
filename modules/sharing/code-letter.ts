import type { Letter } from '../../src/mail/mailer.ts'

const words = {
  en: {
    subject: (code: string) => `${code} is your code`,
    text: (code: string, title: string, team: string) =>
      `${code}\n\nEnter this code to open “${title}” by ${team}. It is good for ten minutes, and once.\n\nDid you not ask for it? Then somebody mistyped an address: there is nothing to do.`,
  },
  de: {
    subject: (code: string) => `${code} ist Ihr Code`,
    text: (code: string, title: string, team: string) =>
      `${code}\n\nMit diesem Code öffnen Sie „${title}“ von ${team}. Er gilt zehn Minuten lang und einmal.\n\nSie haben ihn nicht angefordert? Dann hat sich jemand vertippt: Es ist nichts zu tun.`,
  },
} as const

export type LetterLanguage = keyof typeof words

/** The letter with a code. What owners wrote has no line ends here, because a subject and a sentence have none. */
export function codeLetter(
  to: string,
  code: string,
  { title, team, language }: { title: string; team: string; language: LetterLanguage },
): Letter {
  const { subject, text } = words[language]
  return { to, subject: subject(code), text: text(code, title.replace(/\s+/g, ' '), team.replace(/\s+/g, ' ')) }
}
