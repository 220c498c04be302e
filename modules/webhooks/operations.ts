import { claimDeliveries, forgetCapsule, redeliver, tellAnswers, tellMessage } from './operations/deliveries.ts'
import { awaitDigests, forgetDigest, setDigest, settleDigest } from './operations/digests.ts'
import { addWebhook, changeWebhook, forgetSlice, removeWebhook, rotateSecret } from './operations/webhooks.ts'

export const webhookOperations = [
  addWebhook,
  changeWebhook,
  rotateSecret,
  removeWebhook,
  forgetSlice,
  tellAnswers,
  tellMessage,
  forgetCapsule,
  redeliver,
  claimDeliveries,
  setDigest,
  settleDigest,
  awaitDigests,
  forgetDigest,
] as const
