import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import type { CommitNotice } from './calls.ts'
import { readCommitRows } from './commits.ts'
import { Committer } from './committer.ts'
import { admit, kernelModule } from './kernel-operations.ts'
import type { LtxPosition } from './position.ts'

/** A committer whose LiteFS is played by the test: `moves` says by how much each commit moves it. */
function open() {
  const files = new Map<string, Database>()
  const positions = new Map<string, number>()
  let moves = 1
  const committer = new Committer({
    modules: [kernelModule],
    shards: 1,
    epoch: 4,
    mode: 'cluster',
    nowMs: () => 0,
    open: (name) => {
      const sqlite = new Database(':memory:', { strict: true })
      files.set(name, sqlite)
      return sqlite
    },
    ltxPosition: (name): LtxPosition => {
      const changes = files.get(name)?.query<{ n: number }, []>('SELECT total_changes() AS n').get()?.n ?? 0
      const known = seen.get(name)
      if (known !== changes) {
        positions.set(name, (positions.get(name) ?? 0) + moves)
        seen.set(name, changes)
      }
      return { txid: positions.get(name) ?? 0, checksum: 'c' }
    },
  })
  const write = (nonce: string): CommitNotice => {
    const notices: CommitNotice[] = []
    const input = { node: 'a', nonce }
    committer.run(
      [{ call: 1, operation: admit.name, organizationId: null, operationId: null, database: null, input }],
      (notice) => notices.push(notice),
    )
    const [notice] = notices
    if (notice === undefined) throw new Error('The committer said nothing.')
    return notice
  }
  return {
    committer,
    write,
    rows: (name: string) => readCommitRows(files.get(name) ?? new Database(':memory:')),
    move: (by: number) => {
      moves = by
    },
  }
}
const seen = new Map<string, number>()

test('an epoch begins with a row in every database, and no epoch begins twice or goes back (G19)', () => {
  const { committer } = open()
  const commits = committer.begin(4)
  expect(commits.map(({ database }) => database)).toEqual([...committer.databases])
  expect(commits.map(({ number }) => number)).toEqual(commits.map((_, n) => (commits[0]?.number ?? 0) + n))
  expect(() => committer.begin(4)).toThrow('cannot begin')
  expect(() => committer.begin(3)).toThrow('cannot begin')
  expect(committer.begin(6)).toHaveLength(commits.length)
})

test('rows stay at and above the confirmed position (G8)', () => {
  const { committer, write, rows } = open()
  committer.begin(4)
  const numbers = [1, 2, 3, 4].map((n) => write(`nonce-${n}`).number)
  committer.confirm({ epoch: 4, number: numbers[1] ?? 0 })
  const last = write('nonce-5').number
  expect(rows('directory').map(({ number }) => number)).toEqual([...numbers.slice(1), last])
})

test('a notice carries where LiteFS stands, and the position that its outcomes rest on (G22, G25)', () => {
  const { committer, write } = open()
  const opening = committer.begin(4).find(({ database }) => database === 'directory')
  const notice = write('nonce-1')
  expect(notice).toMatchObject({ epoch: 4, committed: true, inDoubt: false })
  expect(notice.ltx?.txid).toBe((opening?.ltx?.txid ?? 0) + 1)
  const notices: CommitNotice[] = []
  const call = { call: 2, operation: 'kernel.none', organizationId: null, operationId: null, database: null, input: {} }
  committer.run([call], (refused) => notices.push(refused))
  expect(notices[0]).toMatchObject({ committed: false, epoch: notice.epoch, number: notice.number, ltx: null })
})

test('when LiteFS did not move by one, nothing is acknowledged until another epoch begins (G5, G24)', () => {
  const { committer, write, move } = open()
  committer.begin(4)
  move(2)
  expect(write('nonce-1')).toMatchObject({ committed: false, inDoubt: true, outcomes: [{ state: 'refused' }] })
  move(1)
  expect(write('nonce-2').outcomes).toMatchObject([{ state: 'refused', error: { code: 'not-confirmed' } }])
  committer.begin(5)
  expect(write('nonce-3')).toMatchObject({ committed: true, epoch: 5, inDoubt: false })
})
