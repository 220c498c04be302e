import { isRecord } from '../requests.ts'

export interface Usage {
  readonly input: number
  readonly output: number
}

/** The usage in a reply, when it is one that can be: a provider's word on money is checked like any other input. */
export function usageIn(reply: unknown): Usage | undefined {
  const usage = isRecord(reply) ? reply.usage : undefined
  if (!isRecord(usage)) return undefined
  const input = usage.prompt_tokens
  const output = usage.completion_tokens ?? 0
  return isCount(input) && isCount(output) ? { input, output } : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
