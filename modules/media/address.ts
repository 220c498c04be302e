import type { AssetRow } from './operations/assets.ts'

/** What addresses of files and pictures begin with. */
export const mediaPrefix = '/-/media/'

/** The path of an asset's current bytes. Other bytes, or better encodings of the same, have another. */
export function addressOf({ id, hash, encodings }: Pick<AssetRow, 'id' | 'hash' | 'encodings'>): string {
  return `${mediaPrefix}${id}/${hash.slice(0, hashLength)}${encodings === '{}' ? '' : '-m'}`
}

/** Whether an address names these bytes, with whatever was known of them when it was made. */
export function isCurrent(version: string, { hash }: Pick<AssetRow, 'hash'>): boolean {
  return version.slice(0, hashLength) === hash.slice(0, hashLength) && /^(-m)?$/.test(version.slice(hashLength))
}

/** 64 bits of the hash: enough to tell the contents of one asset apart. */
const hashLength = 16
