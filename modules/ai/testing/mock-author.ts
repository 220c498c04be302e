import { isRecord } from '../requests.ts'

/** What a provider is asked for help in writing, taken apart. */
export interface Asked {
  readonly rules: string
  readonly data: Record<string, unknown>
  readonly picture: string | undefined
  readonly hasSchema: boolean
}

export function askedIn(body: Record<string, unknown>): Asked {
  const messages = (Array.isArray(body.messages) ? body.messages : []).filter(isRecord)
  const content: unknown = messages.at(-1)?.content
  const parts = Array.isArray(content) ? content.filter(isRecord) : [{ text: content }]
  const image = parts.map((part) => ('image_url' in part ? part.image_url : undefined)).find(isRecord)
  return {
    rules: String(messages[0]?.content ?? ''),
    data: JSON.parse(String(parts[0]?.text ?? '{}')) as Record<string, unknown>,
    picture: image === undefined ? undefined : String(image.url),
    hasSchema: isRecord(body.response_format),
  }
}

/** A model that writes what it is asked for, the same each time: its texts say which of them they are. */
export function mockAuthor(body: Record<string, unknown>): string {
  const { data, picture } = askedIn(body)
  if (picture !== undefined) return JSON.stringify({ text: 'A lighthouse above a calm harbour at dawn.' })
  if (Array.isArray(data.texts)) {
    const texts = data.texts.filter(isRecord).map(({ number, text }) => ({ number, text: `DE ${String(text)}` }))
    return JSON.stringify({ texts })
  }
  if (typeof data.wish === 'string' && typeof data.text === 'string') {
    return JSON.stringify({ text: `Rewritten: ${data.text.slice(0, 60)}` })
  }
  if (typeof data.text === 'string') return JSON.stringify({ questions: [question(1), question(2)] })
  return `\`\`\`json\n${JSON.stringify(draft(String(data.wish ?? '')))}\n\`\`\``
}

const question = (n: number) => ({
  text: `Question ${n}?`,
  choices: ['Wrong', 'Right', 'Wrong too'],
  right: [2],
  explanation: 'The text says so.',
})

const draft = (wish: string) => ({
  title: 'The harbour',
  description: 'All about the harbour.',
  pages: [
    {
      title: 'Begin',
      blocks: [
        { type: 'text', markdown: `Made for: **${wish.slice(0, 80)}**` },
        { type: 'heading', text: 'How to get there' },
        { type: 'text', markdown: '- By boat\n- On foot' },
        { type: 'button', label: 'Write to us', url: 'mailto:harbour@example.com' },
        { type: 'quiz', questions: [question(1)] },
      ],
    },
  ],
})
