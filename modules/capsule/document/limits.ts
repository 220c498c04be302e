/** Limits of a capsule's document. Each is named in the error that it causes. */
export const limits = {
  /** A write must fit a replay between nodes (1 MB), with room for the rest of the request. */
  documentBytesMax: 512 * 1_024,
  /** Deeper trees are refused before anything walks them recursively. */
  depthMax: 40,
  pagesMax: 200,
  blocksMax: 1_000,
  columnsMax: 4,
  choicesMax: 50,
  questionsMax: 100,
  fieldsMax: 50,
  idLengthMax: 64,
  titleLengthMax: 200,
  textLengthMax: 5_000,
  urlLengthMax: 2_000,
  /** A visitor's answer to one form field. */
  answerLengthMax: 5_000,
} as const
