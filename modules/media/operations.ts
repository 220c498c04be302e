import { changeAsset, createAsset, deleteAsset, replaceAsset } from './operations/assets.ts'
import { countMade, expectBlob, forgetBlobs, takeUnused } from './operations/blobs.ts'
import { keepCaption, removeCaption } from './operations/captions.ts'
import { beginDirectUpload } from './operations/direct.ts'
import { encodeLater, noteEncodings } from './operations/encodings.ts'
import { cancelFilm, filmLater, noteFilm, resumePlain, retryFilm } from './operations/films.ts'
import { useAssets } from './operations/uses.ts'

export { recordUses } from './operations/uses.ts'

/** The writes of this module, for the writer. */
export const mediaOperations = [
  expectBlob,
  countMade,
  createAsset,
  changeAsset,
  replaceAsset,
  deleteAsset,
  noteEncodings,
  encodeLater,
  takeUnused,
  forgetBlobs,
  useAssets,
  beginDirectUpload,
  noteFilm,
  filmLater,
  retryFilm,
  cancelFilm,
  resumePlain,
  keepCaption,
  removeCaption,
]
