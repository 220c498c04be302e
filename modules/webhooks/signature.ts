import { createHmac } from 'node:crypto'

/**
 * A webhook's secret as its owner sees it: `whsec_` and 32 bytes in base 64 (Standard Webhooks, "Signature scheme"). It is
 * made from the server's own secret and never stored: whoever reads the database cannot sign.
 */
export function secretOf(serverSecret: string, webhookId: string, generation: number): string {
  return `whsec_${key(serverSecret, webhookId, generation).toString('base64')}`
}

function key(serverSecret: string, webhookId: string, generation: number): Buffer {
  return createHmac('sha256', serverSecret).update(`webhook\n${webhookId}\n${generation}`).digest()
}

export interface Signed {
  readonly webhookId: string
  /** The secrets that sign, newest first. */
  readonly generations: readonly number[]
  readonly messageId: string
  /** Of this attempt, in seconds: a receiver refuses what is too old. */
  readonly timestampS: number
  readonly body: string
}

/** The value of `webhook-signature`: `v1,` and the HMAC of id, time and body, one for each secret, with spaces between. */
export function signatureOf(
  serverSecret: string,
  { webhookId, generations, messageId, timestampS, body }: Signed,
): string {
  const content = `${messageId}.${timestampS}.${body}`
  return generations
    .map((generation) => {
      const mac = createHmac('sha256', key(serverSecret, webhookId, generation))
      return `v1,${mac.update(content).digest('base64')}`
    })
    .join(' ')
}
