import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { richTextToHtml } from './document/rich-text.ts'
import { capsuleChanged } from './events.ts'

const textsMax = 10_000
const charactersMax = 4 * 1_048_576

/** Where a rich text stands: in a version that is published, which never changes. */
export interface RichTextPlace {
  readonly capsuleId: string
  readonly version: number
  readonly block: string
}

/** The rich texts of published versions as safe HTML, made once for all the pages and visitors that they are shown to. */
export class RichTexts {
  readonly #kept: ValueCache<string>

  constructor(db: Pick<Databases, 'changes'>) {
    this.#kept = new ValueCache<string>(db.changes, {
      entriesMax: textsMax,
      sizeMax: charactersMax,
      // Nothing weighs nothing, and an empty text is one.
      sizeOf: (html) => html.length + 1,
    }).on(capsuleChanged, ({ subject }) => [subject])
  }

  html({ capsuleId, version, block }: RichTextPlace, content: unknown): string {
    return this.#kept.getOrMake(`${capsuleId}/${version}/${block}`, [capsuleId], () => richTextToHtml(content))
  }
}
