/** The limits of share links. */
export const limits = {
  linksPerCapsuleMax: 1_000,
  nameLengthMax: 100,
  passwordLengthMin: 6,
  passwordLengthMax: 128,
  /** Addresses and domains on one list of a link. */
  listEntriesMax: 500,
  emailLengthMax: 254,
  /** How long a code is good, and how often it may be mistyped. */
  codeMs: 10 * 60_000,
  codeTriesMax: 5,
  /** Codes of one link that wait to be used. */
  codesWaitingMax: 500,
  guestsPerLinkMax: 10_000,
  /** How long a browser is let in without being asked again. */
  passMs: 7 * 24 * 3_600_000,
  /** How long what was proven at one step of the gate counts at the next. */
  stepMs: 20 * 60_000,
  /** Links whose visits wait in memory to be stored. */
  visitedLinksMax: 5_000,
  visitsEveryMs: 5_000,
  /** Rows that one operation takes away of a capsule that is gone. */
  forgottenRowsMax: 300,
} as const
