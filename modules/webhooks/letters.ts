import type { Letter } from '../../src/mail/mailer.ts'
import type { Lead } from './messages.ts'
import type { DigestRhythm } from './schema.ts'

export interface CapsuleAnswers {
  readonly id: string
  readonly title: string
  readonly count: number
}

/** Named one by one; the rest is a number. */
const capsulesNamedMax = 20
const spans: Readonly<Record<Exclude<DigestRhythm, 'never'>, string>> = {
  hour: 'in the last hour',
  day: 'since yesterday',
  week: 'this week',
}
const answers = (count: number) => (count === 1 ? '1 answer' : `${count} answers`)
const footer = (studio: string) => `\nYou get this because you asked for it. Change it here:\n${studio}/notifications`

/** What came in since the last letter. `studio` is the organization's address there. */
export function answersLetter(
  to: string,
  every: DigestRhythm,
  capsules: readonly CapsuleAnswers[],
  studio: string,
): Letter {
  const total = capsules.reduce((sum, { count }) => sum + count, 0)
  const span = every === 'never' ? '' : ` ${spans[every]}`
  const named = capsules.slice(0, capsulesNamedMax)
  const rest = capsules.length - named.length
  const lines = named.map(({ id, title, count }) => `${title}: ${answers(count)}\n${studio}/capsules/${id}/responses`)
  return {
    to,
    subject: `${answers(total)}${span}`,
    text: [
      `Your capsules got ${answers(total)}${span}.`,
      ...lines,
      ...(rest > 0 ? [`And ${rest} more capsules.`] : []),
      footer(studio),
    ].join('\n\n'),
  }
}

export function leadLetter(to: string, title: string, lead: Lead, studio: string): Letter {
  const who = lead.email ?? 'A visitor'
  return {
    to,
    subject: `${who} is interested in “${title}”`,
    text: `${who} spends time with “${title}” (score ${lead.score}).

See what they looked at:
${studio}/capsules/${lead.capsuleId}/analytics
${footer(studio)}`,
  }
}

export function stoppedLetter(
  to: string,
  { name, url }: { readonly name: string; readonly url: string },
  because: string,
  studio: string,
): Letter {
  return {
    to,
    subject: `The webhook “${name}” was stopped`,
    text: `Nothing more is sent to ${url}. ${because}

What waited is kept. Look at the last deliveries, mend the receiver, and activate it again:
${studio}/notifications`,
  }
}
