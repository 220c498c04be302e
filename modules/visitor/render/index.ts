/** The face of what a browser may load too: pure functions from blocks to markup, for the studio's canvas. */
export { renderBlock } from './block.ts'
export type { Document } from './content.ts'
export type { BlockContext } from './context.ts'
export { isRightToLeft, languageOf } from './head.ts'
export { html } from './markup.ts'
export { contrast, readable, themeStyle } from './theme.ts'
