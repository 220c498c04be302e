import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'

/** What the image of a node is made of, as far as that can be said without an engine that builds it. */
const lines = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', ' ').split('\n')
const ignored = readFileSync('.dockerignore', 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((pattern) => new Bun.Glob(pattern))
const copies = lines.flatMap((line) => {
  const words = line.split(/\s+/)
  if (words[0] !== 'COPY') return []
  const stage = words.find((word) => word.startsWith('--from='))?.slice('--from='.length)
  return [{ stage, sources: words.slice(stage === undefined ? 1 : 2, -1) }]
})

test('whatever is copied from the source is there, and is sent to who builds', () => {
  const sources = copies.flatMap(({ stage, sources }) => (stage === undefined ? sources : []))
  expect(sources).toContain('scripts/cluster-lab/litefs/go.sum')
  for (const path of sources) {
    expect(existsSync(path)).toBe(true)
    expect(ignored.some((glob) => glob.match(path))).toBe(false)
  }
})

test('whatever is copied from a stage is written there', () => {
  const stages = lines.flatMap((line) => /^FROM \S+ AS (\S+)$/.exec(line)?.[1] ?? [])
  const made = ['/out/litefs', '/encapsify/dist/encapsify']
  for (const { stage, sources } of copies) {
    if (stage === undefined) continue
    expect(stages).toContain(stage)
    for (const path of sources) expect(made).toContain(path)
  }
  expect(lines.join('\n')).toContain('-o /out/litefs github.com/superfly/litefs/cmd/litefs')
  expect(readFileSync('scripts/build.ts', 'utf8')).toContain("outfile: 'dist/encapsify'")
})

test('the programs that a node calls are installed: fusermount3, umount, ffmpeg', () => {
  const installed = lines.find((line) => line.includes('apt-get install')) ?? ''
  for (const name of ['ca-certificates', 'ffmpeg', 'fuse3', 'mount']) expect(installed.split(/\s+/)).toContain(name)
})
