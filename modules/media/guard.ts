import type { Assets } from './assets.ts'
import type { AddressSigner } from './images/signature.ts'

/** Where a page's files are. */
export type PageMedia = Pick<Assets, 'pictureOf' | 'filmOf' | 'addressOf'>

const hourS = 3_600

/**
 * Files that are not for everybody: a signed address opens them for an hour or two, a film for as long again as it plays. Whoever
 * was shown one can pass it on for that long, and no longer.
 */
export class Guard {
  constructor(
    private readonly assets: PageMedia,
    private readonly signer: AddressSigner,
    /** Whether a file is shown by nothing that is open to everybody. */
    readonly isGuarded: (assetId: string) => boolean,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** For who may see the file: signed where that is needed. @param durationMs how long it plays */
  addressOf(assetId: string, address: string, durationMs = 0): string {
    return this.isGuarded(assetId) ? this.#sign(address, this.#untilS(durationMs)) : address
  }

  /** For a page that only some may see: all addresses are signed. Nothing is good beyond `untilMs`. */
  forPrivatePage(untilMs = Number.POSITIVE_INFINITY): PageMedia {
    const fromS = this.#untilS()
    const lastS = Math.ceil(untilMs / 1_000)
    return this.#signed((_assetId, address, durationMs = 0) =>
      this.#sign(address, Math.min(fromS + Math.ceil(durationMs / 1_000), lastS)),
    )
  }

  /** For those who made it. */
  forOwners(): PageMedia {
    return this.#signed((assetId, address, durationMs) => this.addressOf(assetId, address, durationMs))
  }

  /** The same within an hour, so that a browser keeps what it has. A film that was begun in time is seen to its end. */
  #untilS(durationMs = 0): number {
    return (Math.ceil(this.nowMs() / 1_000 / hourS) + 1) * hourS + Math.ceil(durationMs / 1_000)
  }

  #sign(address: string, expiresS: number): string {
    const [path = '', query] = address.split('?')
    return this.signer.sign(path, new URLSearchParams(query), { expiresS })
  }

  #signed(sign: (assetId: string, address: string, durationMs?: number) => string): PageMedia {
    const { assets } = this
    return {
      addressOf: (id) => optional(assets.addressOf(id), (address) => sign(id, address)),
      pictureOf: (id) =>
        optional(assets.pictureOf(id), (picture) => {
          const set = (srcset: string) =>
            srcset
              .split(', ')
              .map((one) => one.replace(/^\S+/, (address) => sign(id, address)))
              .join(', ')
          const sources = picture.sources.map(({ type, srcset }) => ({ type, srcset: set(srcset) }))
          return { ...picture, url: sign(id, picture.url), srcset: set(picture.srcset), sources }
        }),
      filmOf: (id) =>
        optional(assets.filmOf(id), (film) => {
          const signed = (address: string) => sign(id, address, film.durationMs)
          const tracks = film.tracks.map((track) => ({ ...track, url: signed(track.url) }))
          const [poster, playlist] = [optional(film.poster, signed), optional(film.playlist, signed)]
          return { ...film, url: signed(film.url), poster, tracks, playlist }
        }),
    }
  }
}

function optional<T, R>(value: T | undefined, work: (value: T) => R): R | undefined {
  return value === undefined ? undefined : work(value)
}
