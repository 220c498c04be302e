export type { Block, LeafBlock, Page, TemplateDocument } from './document.ts'
export {
  type Picture,
  type PictureName,
  picture,
  pictureNames,
  pictureSize,
  pictureUrl,
} from './pictures/album.ts'
export { pictureDoor } from './pictures/door.ts'
export { bullets, code, numbered, prose, quote } from './prose.ts'
export { recordingDoor } from './recordings/door.ts'
export { frameEncoder } from './recordings/frames.ts'
export { type FrameEncoder, type RecordingName, recordingNames, recordingUrl } from './recordings/recordings.ts'
export type { Template } from './template.ts'
export { templates } from './templates.ts'
