/** What a webhook can be told of. `webhook.test` is sent by hand, to any. */
export const eventTypes = ['response.created', 'lead.hot'] as const
export type EventType = (typeof eventTypes)[number]
