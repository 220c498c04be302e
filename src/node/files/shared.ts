/** From `start` up to, not including, `end`; both within the file. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A file that lies on this node, whose bytes never change. */
export interface SharedFile {
  readonly bytes: number
  /** @throws when it is gone meanwhile. */
  read(range: Range): Promise<Uint8Array>
}

/** What this node has under a name, on its own disk. */
export type Lookup = (name: string) => Promise<SharedFile | undefined>

/** A file that lies on another node. Its bytes come in pieces, each proven before it is passed on. */
export interface DistantFile {
  readonly bytes: number
  stream(range?: Range): ReadableStream<Uint8Array>
}

/** Files that lie on some node of the cluster and are asked for on any. */
export interface PeerFiles {
  /** Others may have what this finds. */
  share(lookup: Lookup): void
  /** On any other node, the primary first. @throws AppError unavailable when nobody says that they have it and somebody said nothing. */
  find(name: string): Promise<DistantFile | undefined>
}
