/** What we use of hls.js' light build, whose package has types for the full one only. */
declare module 'hls.js/light' {
  export default class Hls {
    static isSupported(): boolean
    static readonly Events: { readonly ERROR: string }
    constructor(config: {
      /** Our policy allows no worker from a blob, and parts in fMP4 need none. */
      readonly enableWorker: boolean
      readonly autoStartLoad: boolean
      readonly capLevelToPlayerSize: boolean
      readonly maxBufferLength: number
      readonly maxMaxBufferLength: number
      readonly abrEwmaFastVoD: number
      readonly abrEwmaSlowVoD: number
    })
    loadSource(url: string): void
    attachMedia(media: HTMLMediaElement): void
    startLoad(position?: number): void
    destroy(): void
    on(event: string, listener: (event: string, data: { readonly fatal: boolean }) => void): void
  }
}
