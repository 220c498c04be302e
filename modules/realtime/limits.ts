/** The limits of the live protocol (SPEC.md, R21 to R29). */
export const liveLimits = {
  /** A whole event hall can sit behind one address. */
  connectionsPerAddressMax: 20_000,
  connectionsPerCapsuleMax: 50_000,
  connectionsPerNodeMax: 50_000,
  messagesBurst: 20,
  messagesPerSecond: 5,
  messagesPerSecondPerAddress: 20_000,
  answersUnderWayMax: 8,
  /** What may wait for a slow reader before it is told to come back. */
  bufferedBytesMax: 64 * 1_024,
  /** At most four times a second. */
  stateEveryMs: 250,
  peopleEveryMs: 1_000,
  heartbeatMs: 25_000,
  /** How long a member may wait for a node that is behind. */
  behindMsMax: 5_000,
  eventsKeptMax: 100,
  changesScannedMax: 10_000,
  /** Audiences without members that are kept for who comes back. */
  emptyAudiencesMax: 200,
  spreadMsMax: 10_000,
  questionsShownMax: 50,
  /** Questions that one visitor may have waiting for the owner. */
  questionsWaitingMax: 10,
  questionLengthMax: 300,
} as const

export type LiveLimits = { readonly [K in keyof typeof liveLimits]: number }
