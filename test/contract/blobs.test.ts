import { afterEach, describe } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FolderBlobs } from '../../modules/media/blobs/folder.ts'
import { MemoryBlobs } from '../../modules/media/blobs/memory.ts'
import { blobContract } from '../fixtures/blob-contract.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('blobs (memory)', () => blobContract(async () => new MemoryBlobs()))

describe('blobs (folder)', () =>
  blobContract(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'encapsify-blobs-'))
    folders.push(folder)
    return new FolderBlobs(join(folder, 'blobs'))
  }))
