import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demo, serve } from './server.ts'

const diskBytes = 48 * 1_048_576
const spareBytes = 4 * 1_048_576
const draftBytes = 200_000
const draftsMax = 400

/** A file system of its own, small enough to fill. */
function smallDisk(): { readonly folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-disk-'))
  const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', `size=${diskBytes},mode=700`, 'tmpfs', folder])
  if (mounted.exitCode !== 0) throw new Error(`A small disk takes root to mount: ${mounted.stderr.toString()}`)
  return {
    folder,
    [Symbol.dispose]() {
      Bun.spawnSync(['umount', '--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

test('on a full disk reads go on, nothing acknowledged is lost, and writing goes on once there is room', async () => {
  using disk = smallDisk()
  const { apiKey, capsules } = await demo(disk.folder)
  const ballast = join(disk.folder, 'ballast')
  const acknowledged: string[] = []
  {
    await using server = await serve({ folder: disk.folder })
    const create = (n: number) =>
      fetch(`${server.origin}/api/v1/capsules`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ title: `Capsule ${n}`, draft: heavyDraft(n) }),
      })
    const used = Number(Bun.spawnSync(['df', '-B1', '--output=avail', disk.folder]).stdout.toString().split('\n')[1])
    writeFileSync(ballast, new Uint8Array(Math.max(0, used - spareBytes)))
    let refused: Response | undefined
    for (let n = 0; n < draftsMax && refused === undefined; n++) {
      const answer = await create(n)
      if (answer.status === 201) acknowledged.push(((await answer.json()) as { id: string }).id)
      else refused = answer
    }
    if (refused === undefined) throw new Error('The disk did not fill up.')
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBeTruthy()
    expect(((await refused.json()) as { detail: string }).detail).toContain('nothing was stored')
    expect(acknowledged.length).toBeGreaterThan(0)
    const page = await fetch(server.origin + new URL(capsules[0]?.url ?? '').pathname)
    expect(page.status).toBe(200)
    expect((await fetch(`${server.origin}/health/live`)).status).toBe(200)
    rmSync(ballast)
    const after = await create(draftsMax)
    expect(after.status).toBe(201)
    acknowledged.push(((await after.json()) as { id: string }).id)
    await server.stop('SIGKILL')
  }
  await using again = await serve({ folder: disk.folder })
  for (const id of acknowledged) {
    const answer = await fetch(`${again.origin}/api/v1/capsules/${id}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    })
    expect(answer.status).toBe(200)
  }
}, 120_000)

function heavyDraft(n: number): object {
  const text = `${n} `.repeat(draftBytes / 8).slice(0, 4_900)
  const blocks = Array.from({ length: draftBytes / 5_000 }, (_, k) => ({
    id: `b${k}`,
    type: 'richText',
    content: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] },
  }))
  return { format: 1, pages: [{ id: 'start', blocks }] }
}
