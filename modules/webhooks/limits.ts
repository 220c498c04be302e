const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** What webhooks may take of this server, and of their receivers. */
export const limits = {
  perOrganizationMax: 20,
  urlLengthMax: 2_000,
  /** A receiver that has not answered by then has not received (Standard Webhooks: 15 to 30 s). */
  timeoutMs: 15_000,
  /** Kept of a receiver's answer: enough for its reason, too little to be a store. */
  answerBytesMax: 1_000,
  /** Claimed and sent together; each settles in one operation. */
  deliveriesPerClaim: 32,
  parallelMax: 8,
  /** Longer than the slowest claim takes: four rounds of `parallelMax` receivers that never answer. */
  claimMs: 2 * minuteMs,
  /** After each failed attempt, before the next: the schedule that the Standard Webhooks specification gives. */
  retryAfterMs: [
    5_000,
    5 * minuteMs,
    30 * minuteMs,
    2 * hourMs,
    5 * hourMs,
    10 * hourMs,
    14 * hourMs,
    20 * hourMs,
    24 * hourMs,
  ],
  /** So many failures in a row, and a receiver is only asked from time to time, with one delivery. */
  failuresBeforePause: 5,
  pauseMsMax: hourMs,
  /** Without a success for so long, a webhook is stopped and its owners are told. */
  failingMsMax: 3 * dayMs,
  /** How long deliveries can be looked at and sent again. */
  keptMs: 30 * dayMs,
  /** How long the former secret signs too, so that a receiver can change over without losing anything. */
  rotationMs: dayMs,
  /** Answers told of in one operation. */
  answersPerTelling: 100,
} as const
