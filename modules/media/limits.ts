const mib = 1_048_576

/** Every bound of this module, in one place: what is beyond it gets an error that says it. */
export const limits = {
  /** One file, by a resumable upload. */
  fileBytesMax: 2_048 * mib,
  /** One file in one request: what the server takes as a body, less the multipart around it. */
  requestFileBytesMax: 31 * mib,
  /** A picture is decoded whole on a small machine, whatever way it came. */
  imageBytesMax: 31 * mib,
  /** Text that a parser must read: an SVG of more than this is no logo. */
  svgBytesMax: 1 * mib,
  /** Decoded pixels of all frames together; phones make 48 megapixels. */
  pixelsMax: 50_000_000,
  /** A side; WebP ends at 16,383 (RFC 9649). */
  sideMax: 16_383,
  framesMax: 500,
  /** One decoding and encoding. */
  renderS: 20,
  backgroundRenderS: 120,
  /** All files of an organization together. */
  organizationBytesMax: 20_480 * mib,
  organizationAssetsMax: 50_000,
  /** Uploads whose bytes are being taken at once on a node; more hear 503. */
  uploadsAtOnceMax: 24,
  /** Resumable uploads that an organization has begun and not ended. */
  unfinishedUploadsMax: 50,
  /** An upload that stands still so long is thrown away. */
  uploadIdleMs: 24 * 3_600_000,
  /** One request that brings bytes; a resumable upload goes on with the next. */
  uploadRequestMs: 15 * 60_000,
  nameLengthMax: 200,
  altLengthMax: 2_000,
  listLimitMax: 100,
  searchWordsMax: 6,
  wordLengthMax: 40,
  wordsPerNameMax: 20,
  /** Capsules named in a refusal to delete. */
  usesShownMax: 20,
  /** Memory that images under way may take together, by an estimate of each. */
  renderBytesMax: 256 * mib,
  /** Images that wait for their turn; more hear 503. */
  renderQueueMax: 96,
  /** A made variant larger than this is an error: nothing sensible is. */
  variantBytesMax: 16 * mib,
  /** Variants up to this size are kept in memory while they are asked for. */
  readyVariantBytesMax: 512 * 1_024,
  readyBytesMax: 32 * mib,
  /** Blobs from a bucket or another node up to this size are kept on this node's disk; larger ones pass through. */
  shieldedBytesMax: 64 * mib,
  /** Fields of a form beside its file, together. */
  fieldBytesMax: 16 * 1_024,
  /** How long an unused blob is kept: old pages and undone deletions still find it. */
  unusedGraceMs: 24 * 3_600_000,
  collectedAtOnce: 100,
  remoteBytesMax: 31 * mib,
  remoteMs: 15_000,
  remoteRedirectsMax: 3,
  presignedS: 3_600,
  /** How long after its address has expired a direct upload may still be completed. */
  directGraceMs: 24 * 3_600_000,
  /** How long a picture's encoding waits when another organization's is under way. */
  encodeAgainMs: 2_000,
  sweepEveryMs: 3_600_000,
  filmSMax: 4 * 3_600,
  /** A frame; 4K and what cinemas show of it. */
  filmPixelsMax: 4_096 * 2_304,
  filmStreamsMax: 32,
  /** Address space of one ffmpeg. */
  filmMemoryBytesMax: 2_048 * mib,
  probeMs: 20_000,
  /** One step of a film's work: so long, and so many seconds for each second of the film. */
  filmStepMs: 120_000,
  filmSlownessMax: 20,
  /** Attempts at a film whose work ends without saying why. */
  filmAttemptsMax: 3,
  /** How long a film waits when another organization's is under way. */
  filmAgainMs: 5_000,
  /** What is written down of a film's progress comes no faster. */
  filmNoteEveryMs: 2_000,
  /** How often a server without ffmpeg looks whether it has got one. */
  filmsResumeEveryMs: 10 * 60_000,
  filmsResumedAtOnce: 100,
  /** How long a request may wait for more of a film, and how many may at once. */
  filmWaitSMax: 25,
  filmWaitsMax: 200,
  captionsMax: 30,
  captionBytesMax: 512 * 1_024,
  chaptersMax: 100,
  /** A rung's playlist: a line of about 70 bytes for each segment of the longest film, and room. */
  playlistBytesMax: 1 * mib,
  /** As much of a rung as holds its header. */
  rungHeadBytes: 4_096,
} as const
