/** Limits of the AI module. Each is named in the error that it causes. */
export const limits = {
  /** A request's body: pictures travel in it. */
  requestBytesMax: 20 * 1_048_576,
  messagesMax: 2_000,
  toolsMax: 128,
  picturesMax: 50,
  /** Providers that an organization brings, and models of each. */
  ownProvidersMax: 5,
  ownModelsMax: 50,
  /** Width × height that a picture's header may claim. */
  picturePixelsMax: 50_000_000,
  embeddingInputsMax: 2_048,
  choicesMax: 16,
  modelNameLengthMax: 200,
  /** A whole answer of a provider. */
  replyBytesMax: 32 * 1_048_576,
  /** What is read of a provider's refusal. */
  faultBytesMax: 65_536,
  /** What a stream may bring before it has brought a word. */
  preludeBytesMax: 262_144,
  /** Calls under way at once on this node, and of one organization. */
  callsMax: 4_000,
  callsOfOrganizationMax: 1_500,
  /** Tries of one call, over all routes. */
  attemptsMax: 6,
  /** Ledger entries that wait for a commit. */
  ledgerEntriesMax: 50_000,
  cacheBytesMax: 64 * 1_048_576,
  cacheEntryBytesMax: 1_048_576,
  /** Of a stream that several listen to: who is further behind than this is cut, and nobody joins any more. */
  sharedStreamBytesMax: 1_048_576,
  /** A visitor's question. */
  questionLengthMax: 2_000,
  /** Earlier turns of a conversation that a provider is shown. */
  turnsMax: 8,
  questionsOfVisitorAnHour: 40,
  /** Visitors of one address who had not asked of late: an office shares one. */
  newcomersOfAddressAnHour: 120,
  ratingsOfVisitorAnHour: 200,
  leadsOfVisitorAnHour: 20,
  /** Turns of a conversation that its visitor is shown again. */
  turnsShownMax: 50,
  questionsOfCapsuleAnHour: 2_000,
  /** Help in writing: proposals that an organization asks for in an hour, and waits for at once, on a node. */
  proposalsAnHour: 600,
  proposalsAtOnce: 8,
  /** A document that a draft is made of. */
  sourceFileBytesMax: 20 * 1_048_576,
  /** Characters of a web page's HTML. */
  sourcePageLengthMax: 3_000_000,
  /** Of a document's text, what becomes a draft, and what of it a provider is shown. */
  sourceLengthMax: 200_000,
  sourceShownMax: 60_000,
  wishLengthMax: 2_000,
  /** Characters that are translated at once. */
  translationLengthMax: 300_000,
  /** What a provider may write for one proposal, or one part of it. */
  proposalLengthMax: 60_000,
  quizQuestionsMax: 10,
} as const
