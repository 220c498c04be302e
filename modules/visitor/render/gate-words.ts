/** What the page before a capsule says. Whoever opens it has chosen no language yet but the browser's. */
const english = {
  shared: (team: string) => `${team} has shared this with you.`,
  mistake: 'Not yet',
  another: 'Use another address, or send a new code',
  password: {
    label: 'Password',
    hint: (_email: string) => 'Whoever sent you the link can tell you.',
    action: 'Open',
  },
  email: {
    label: 'Your e-mail address',
    hint: (_email: string) => 'We send you a code. Whoever shared this sees which address opened it.',
    action: 'Send me a code',
  },
  code: {
    label: 'Code',
    hint: (email: string) => `Six digits are on their way to ${email}. They are good for ten minutes.`,
    action: 'Open',
  },
  faults: {
    'wrong-password': 'This is not the password. Please look again.',
    'no-email': 'This is no e-mail address. Please look again.',
    'not-allowed': 'This address may not open it. Use the one that was invited, or ask whoever sent you the link.',
    'wrong-code': 'This is not the code. Please look again, also for a newer letter.',
    'spent-code': 'This code has been used, has expired, or was mistyped too often. We can send you a new one.',
    'too-late': 'That took too long, or the link has changed. Please begin again.',
    unavailable: 'This can’t be done just now. Please try again in a moment.',
  },
  tooMany: (minutes: number) =>
    `Too many attempts. Please try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
}

type Words = typeof english

const german: Words = {
  shared: (team) => `${team} hat das mit Ihnen geteilt.`,
  mistake: 'Noch nicht',
  another: 'Andere Adresse verwenden oder neuen Code anfordern',
  password: {
    label: 'Passwort',
    hint: () => 'Wer Ihnen den Link geschickt hat, kann es Ihnen sagen.',
    action: 'Öffnen',
  },
  email: {
    label: 'Ihre E-Mail-Adresse',
    hint: () => 'Wir schicken Ihnen einen Code. Wer das geteilt hat, sieht, welche Adresse es geöffnet hat.',
    action: 'Code anfordern',
  },
  code: {
    label: 'Code',
    hint: (email) => `Sechs Ziffern sind unterwegs an ${email}. Sie gelten zehn Minuten lang.`,
    action: 'Öffnen',
  },
  faults: {
    'wrong-password': 'Das ist nicht das Passwort. Bitte sehen Sie noch einmal nach.',
    'no-email': 'Das ist keine E-Mail-Adresse. Bitte sehen Sie noch einmal nach.',
    'not-allowed':
      'Mit dieser Adresse geht es nicht. Nehmen Sie die eingeladene, oder fragen Sie, wer Ihnen den Link geschickt hat.',
    'wrong-code': 'Das ist nicht der Code. Bitte sehen Sie noch einmal nach, auch nach einem neueren Brief.',
    'spent-code':
      'Dieser Code ist verwendet, abgelaufen oder zu oft vertippt worden. Wir können Ihnen einen neuen schicken.',
    'too-late': 'Das hat zu lange gedauert, oder der Link ist geändert worden. Bitte beginnen Sie noch einmal.',
    unavailable: 'Das geht gerade nicht. Bitte versuchen Sie es gleich noch einmal.',
  },
  tooMany: (minutes) =>
    `Zu viele Versuche. Bitte versuchen Sie es in ${minutes === 1 ? 'einer Minute' : `${minutes} Minuten`} wieder.`,
}

export const gateWords = { en: english, de: german } as const

export type GateLanguage = keyof typeof gateWords

/** The first language of Accept-Language that we speak (RFC 9110, 12.5.4). */
export function gateLanguage(header: string | null): GateLanguage {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.trim().toLowerCase().split(';q=')
      return { language: tag.split('-')[0] ?? '', weight: quality === undefined ? 1 : Number(quality) || 0 }
    })
    .filter(({ language, weight }) => weight > 0 && Object.hasOwn(gateWords, language))
    .toSorted((one, other) => other.weight - one.weight)
  return wanted[0]?.language === 'de' ? 'de' : 'en'
}
