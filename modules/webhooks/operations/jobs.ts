import { Type } from '@sinclair/typebox'
import { defineJob } from '../../../src/db/operation.ts'

const webhookId = Type.String({ maxLength: 64 })

/** Sends what is due for one webhook. It never fails because of a receiver: deliveries have their own schedule. */
export const deliverWebhook = defineJob({
  kind: 'webhooks.deliver',
  input: Type.Object({ webhookId }),
  attemptsMax: 20,
  concurrencyMax: 4,
})

/** Removes what a removed webhook leaves behind. */
export const forgetDeliveries = defineJob({ kind: 'webhooks.forget', input: Type.Object({ webhookId }) })

/** Tells the owners by letter that a webhook was stopped. */
export const tellStopped = defineJob({
  kind: 'webhooks.tell-stopped',
  input: Type.Object({ webhookId, because: Type.String({ maxLength: 300 }) }),
})

/** Writes the digests of an organization that are due. */
export const sendDigests = defineJob({ kind: 'webhooks.digest', input: Type.Object({}) })
