import { newGlobalId, organizationOf } from '../../src/db/ids.ts'
import type { LocalDatabases } from '../../src/db/local.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { Histogram } from '../../src/observability/histogram.ts'
import type { Metrics } from '../../src/observability/metrics.ts'
import { tracedRequest } from '../../src/observability/tracing/outbound.ts'
import type { Secrets } from '../../src/secret.ts'
import { limits } from './limits.ts'
import { type Claim, claimDeliveries, type DeliveryResult } from './operations/deliveries.ts'
import { deliverWebhook, forgetDeliveries } from './operations/jobs.ts'
import { forgetSlice } from './operations/webhooks.ts'
import { type SendingOptions, send } from './sending.ts'
import { signatureOf } from './signature.ts'

export interface DelivererOptions extends SendingOptions {
  readonly db: LocalDatabases
  readonly jobs: Jobs
  readonly secrets: Secrets
  readonly nowMs?: () => number
}

/** Sends what is due, one webhook a job: a receiver that hangs keeps one job busy, and no other webhook waiting for long. */
export class Deliverer {
  #seconds: Histogram | undefined

  constructor(private readonly options: DelivererOptions) {
    options.jobs.handle(deliverWebhook, ({ webhookId }, { signal }) => this.#deliver(webhookId, signal))
    options.jobs.handle(forgetDeliveries, ({ webhookId }) => this.#forget(webhookId))
  }

  register(metrics: Metrics): void {
    this.#seconds = metrics.histogram({
      name: 'encapsify_webhook_delivery_seconds',
      help: 'Time of one attempt at a delivery, by class of status; none: no answer.',
      labels: ['status'],
      bounds: [0.05, 0.1, 0.25, 0.5, 1, 3, 5, 10, 15],
    })
  }

  async #deliver(webhookId: string, signal: AbortSignal): Promise<void> {
    const organizationId = organizationOf(webhookId)
    const sender = newGlobalId('snd')
    let results: DeliveryResult[] = []
    for (;;) {
      const input = { webhookId, sender, results }
      const claim = await this.options.db.write(claimDeliveries, organizationId, input)
      if (claim === null) return
      signal.throwIfAborted()
      results = await this.#sendAll(webhookId, claim)
    }
  }

  async #sendAll(webhookId: string, { hook, deliveries }: Claim): Promise<DeliveryResult[]> {
    const results: DeliveryResult[] = []
    const waiting = [...deliveries]
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        results.push(await this.#send(webhookId, hook, next))
      }
    }
    await Promise.all(Array.from({ length: Math.min(limits.parallelMax, deliveries.length) }, work))
    return results
  }

  async #send(webhookId: string, hook: Claim['hook'], delivery: Claim['deliveries'][number]): Promise<DeliveryResult> {
    const { messageId, body } = delivery
    const atMs = this.#nowMs()
    const timestampS = Math.floor(atMs / 1_000)
    const { generation, formerUntilMs } = hook
    const generations = formerUntilMs > atMs ? [generation, generation - 1] : [generation]
    const signed = { webhookId, generations, messageId, timestampS, body }
    const headers = {
      'webhook-id': messageId,
      'webhook-timestamp': String(timestampS),
      'webhook-signature': signatureOf(this.options.secrets, signed),
    }
    const { status, answer } = await tracedRequest(
      { method: 'POST', url: hook.url },
      (carrying) => send(hook.url, body, { ...headers, ...carrying }, this.options),
      (sent) => sent.status,
    )
    const tookMs = Math.max(0, this.#nowMs() - atMs)
    this.#seconds?.of(status === null ? 'none' : `${Math.floor(status / 100)}xx`).observe(tookMs / 1_000)
    return { deliveryId: delivery.id, atMs, tookMs, status, answer }
  }

  async #forget(webhookId: string): Promise<void> {
    const organizationId = organizationOf(webhookId)
    while ((await this.options.db.write(forgetSlice, organizationId, { webhookId })).left);
  }

  #nowMs(): number {
    return (this.options.nowMs ?? Date.now)()
  }
}
