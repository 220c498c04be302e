import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createServer } from 'node:net'
import { S3Blobs } from '../../modules/media/blobs/s3.ts'
import { motoServer } from '../../scripts/python-tool.ts'
import { newOrganizationId } from '../../src/db/ids.ts'
import { blobContract, contents, hashOf, randomBytes } from '../fixtures/blob-contract.ts'

/** Installing the server takes longer than a test may. */
const startMsMax = 180_000
let server: { origin: string; stop(): Promise<void> } | undefined

beforeAll(async () => {
  server = await startServer()
}, startMsMax)
afterAll(() => server?.stop())

const credentials = { region: 'us-east-1', accessKeyId: 'test', secretAccessKey: 'test', sessionToken: undefined }
const open = async () => new S3Blobs({ bucket: 'blobs', endpoint: server?.origin, ...credentials })

describe('blobs (S3)', () => {
  blobContract(open)

  test('a client puts its bytes by a presigned address, and they are found, once', async () => {
    const { direct } = await open()
    const bytes = randomBytes(70_000)
    const { url } = direct.presign('upl_1', 60)
    expect(await direct.find('upl_1')).toBeUndefined()
    expect((await fetch(url, { method: 'PUT', body: bytes })).status).toBe(200)
    expect(hashOf(await contents(await direct.find('upl_1')))).toBe(hashOf(bytes))
    await direct.remove('upl_1')
    expect(await direct.find('upl_1')).toBeUndefined()
  })

  test('a server that is not there is said to be away', async () => {
    const store = new S3Blobs({ bucket: 'blobs', endpoint: `http://127.0.0.1:${await freePort()}`, ...credentials })
    const key = { organizationId: newOrganizationId(), hash: hashOf(new Uint8Array()) }
    await expect(store.find(key)).rejects.toMatchObject({ code: 'unavailable', retryAfterS: 10 })
  })
})

async function startServer() {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const child = Bun.spawn([await motoServer(), '-H', '127.0.0.1', '-p', String(port)], {
    stdout: 'ignore',
    stderr: 'ignore',
  })
  for (;;) {
    const up = await fetch(`${origin}/blobs`, { method: 'PUT' }).then(
      (answer) => answer.ok,
      () => false,
    )
    if (up) break
    if (child.exitCode !== null) throw new Error(`The S3 server ended with ${child.exitCode}.`)
    await Bun.sleep(20)
  }
  return {
    origin,
    async stop() {
      child.kill()
      await child.exited
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
