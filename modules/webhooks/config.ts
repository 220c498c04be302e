export interface WebhooksConfig {
  /** Whether receivers may be in private networks: where nobody but the team itself makes webhooks. */
  readonly privateReceivers: boolean
}

/**
 * ENCAPSIFY_WEBHOOKS_PRIVATE: `allow`, or nothing.
 * @throws Error with one line that names the value which is not valid.
 */
export function webhooksConfig({
  ENCAPSIFY_WEBHOOKS_PRIVATE: given,
}: Readonly<Record<string, string | undefined>>): WebhooksConfig {
  if (given !== undefined && given !== 'allow') {
    throw new Error(`ENCAPSIFY_WEBHOOKS_PRIVATE must be "allow" or not set, not "${given}".`)
  }
  return { privateReceivers: given === 'allow' }
}
