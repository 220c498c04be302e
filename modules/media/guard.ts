import type { Assets } from './assets.ts'
import type { AddressSigner } from './images/signature.ts'

/** Where a page's files are. */
export type PageMedia = Pick<Assets, 'pictureOf' | 'filmOf' | 'addressOf'>

const hourS = 3_600

/**
 * Files that are not for everybody: a signed address opens them for an hour or two. Whoever was shown one can pass it on for
 * that long, and no longer.
 */
export class Guard {
  constructor(
    private readonly assets: PageMedia,
    private readonly signer: AddressSigner,
    /** Whether a file is shown by nothing that is open to everybody. */
    readonly isGuarded: (assetId: string) => boolean,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** For who may see the file: signed where that is needed. */
  addressOf(assetId: string, address: string): string {
    return this.isGuarded(assetId) ? this.#sign(address, this.#untilS()) : address
  }

  /** For a page that only some may see: all addresses are signed. Nothing is good beyond `untilMs`. */
  forPrivatePage(untilMs = Number.POSITIVE_INFINITY): PageMedia {
    const untilS = Math.min(this.#untilS(), Math.ceil(untilMs / 1_000))
    return this.#signed((_assetId, address) => this.#sign(address, untilS))
  }

  /** For those who made it. */
  forOwners(): PageMedia {
    return this.#signed((assetId, address) => this.addressOf(assetId, address))
  }

  /** The same within an hour, so that a browser keeps what it has. */
  #untilS(): number {
    return (Math.ceil(this.nowMs() / 1_000 / hourS) + 1) * hourS
  }

  #sign(address: string, expiresS: number): string {
    const [path = '', query] = address.split('?')
    return this.signer.sign(path, new URLSearchParams(query), { expiresS })
  }

  #signed(sign: (assetId: string, address: string) => string): PageMedia {
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
          const url = sign(id, film.url)
          const poster = optional(film.poster, (address) => sign(id, address))
          const tracks = film.tracks.map((track) => ({ ...track, url: sign(id, track.url) }))
          // A playlist names its parts without signatures: where one is needed the film plays from its original.
          const playlist = url === film.url ? film.playlist : undefined
          return { ...film, url, poster, tracks, playlist }
        }),
    }
  }
}

function optional<T, R>(value: T | undefined, work: (value: T) => R): R | undefined {
  return value === undefined ? undefined : work(value)
}
