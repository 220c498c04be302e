import { signal } from '@preact/signals'
import { asProblem, type Problem } from '../app/problem.ts'
import { drafts } from '../app/resources.ts'
import { t } from '../app/words.ts'
import { same } from './document/comparison.ts'
import { edited, stored } from './document/storing.ts'
import type { EditedDocument } from './document/tree.ts'
import { forget, keep } from './local-copy.ts'

export type SavingState =
  | { readonly state: 'saved' | 'changed' | 'saving' | 'offline' | 'waiting' }
  | { readonly state: 'refused'; readonly problem: Problem }
  | { readonly state: 'conflict'; readonly theirs: EditedDocument; readonly etag: string }

/** From the last change to its way to the server. */
const quietMs = 700
const retryMsMin = 2_000
const retryMsMax = 30_000

/**
 * Brings each change to the server by itself: kept on this device at once, sent when typing pauses, under the revision that
 * it was based on. Whatever goes wrong is told by `state`, and nothing is given up.
 */
export class Saving {
  readonly state = signal<SavingState>({ state: 'saved' })
  #saved: EditedDocument
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> | undefined
  #retryMs = retryMsMin
  readonly #onOnline = () => void this.flush()

  constructor(
    private readonly id: string,
    private readonly current: () => EditedDocument,
    saved: EditedDocument,
    private etag: string,
  ) {
    this.#saved = saved
    addEventListener('online', this.#onOnline)
  }

  /** Told at every change of the document. */
  changed(document: EditedDocument): void {
    if (document === this.#saved || this.state.value.state === 'conflict') return
    if (!keep(this.id, this.etag, document)) window.onbeforeunload = (event) => event.preventDefault()
    if (this.state.value.state !== 'offline') this.state.value = { state: 'changed' }
    this.#sendIn(quietMs)
  }

  /** Sends what is left now. True when everything is with the server. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer)
    while (this.#running !== undefined) await this.#running
    if (this.state.value.state === 'conflict') return false
    if (this.current() === this.#saved) return true
    this.#running = this.#send().finally(() => {
      this.#running = undefined
    })
    await this.#running
    return this.state.value.state === 'saved' && this.current() === this.#saved
  }

  /** Two versions met (412), and one was chosen. */
  async resolve(theirs: EditedDocument, etag: string): Promise<void> {
    this.etag = etag
    this.#saved = theirs
    this.state.value = { state: 'saved' }
    if (this.current() === theirs) this.#stored()
    else await this.flush()
  }

  /** What was kept on this device was based on another revision than the server has now. */
  meet(theirs: EditedDocument, etag: string): void {
    this.state.value = { state: 'conflict', theirs, etag }
  }

  close(): void {
    clearTimeout(this.#timer)
    removeEventListener('online', this.#onOnline)
    window.onbeforeunload = null
    if (this.current() !== this.#saved && this.state.value.state !== 'conflict') void this.flush()
  }

  #sendIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), ms)
  }

  async #send(): Promise<void> {
    const document = this.current()
    if (this.state.value.state !== 'offline') this.state.value = { state: 'saving' }
    try {
      const { data } = await drafts.save(this.id, this.etag, stored(document))
      this.etag = `"${data.revision}"`
      this.#saved = document
      this.#retryMs = retryMsMin
      if (this.current() === document) this.#stored()
      else this.changed(this.current())
    } catch (error) {
      await this.#failed(asProblem(error, t().general.offline), document)
    }
  }

  #stored(): void {
    forget(this.id)
    window.onbeforeunload = null
    this.state.value = { state: 'saved' }
  }

  async #failed(problem: Problem, document: EditedDocument): Promise<void> {
    if (problem.status === 412) return this.#met(document)
    if (problem.status === 401) {
      this.state.value = { state: 'waiting' }
    } else if (problem.offline || problem.status >= 500 || problem.status === 429) {
      this.state.value = { state: 'offline' }
      this.#sendIn(Math.max(this.#retryMs, (problem.retryAfterS ?? 0) * 1_000))
      this.#retryMs = Math.min(retryMsMax, this.#retryMs * 2)
    } else {
      this.state.value = { state: 'refused', problem }
    }
  }

  /** Somebody saved meanwhile; or it was we, and only the answer got lost. */
  async #met(document: EditedDocument): Promise<void> {
    try {
      const { data, etag } = await drafts.get(this.id)
      if (same(data, stored(document))) {
        this.etag = etag
        this.#saved = document
        if (this.current() === document) this.#stored()
        else this.changed(this.current())
      } else this.meet(edited(data), etag)
    } catch {
      this.state.value = { state: 'offline' }
      this.#sendIn(this.#retryMs)
    }
  }
}
