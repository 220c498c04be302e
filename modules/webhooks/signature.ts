import { createHmac } from 'node:crypto'
import type { Secrets } from '../../src/secret.ts'

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

/** The value of `webhook-signature`: `v1,` and the HMAC of id, time and body, one for each secret, with spaces between: receivers that know one made from a former secret of the server still believe. */
export function signatureOf(
  serverSecrets: Secrets,
  { webhookId, generations, messageId, timestampS, body }: Signed,
): string {
  const content = `${messageId}.${timestampS}.${body}`
  return serverSecrets
    .flatMap((serverSecret) => generations.map((generation) => key(serverSecret, webhookId, generation)))
    .map((secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`)
    .join(' ')
}
