import { describe, expect, test } from 'bun:test'
import { addEntry, entryAdded, followUp, ledgerModule, openAccount } from '../../test/fixtures/ledger-module.ts'
import { newOrganizationId } from '../db/ids.ts'
import { openMemoryDatabases } from '../db/memory.ts'
import type { Operation } from '../db/operation.ts'
import { JobRunner } from '../jobs/jobs.ts'
import { observeJobs } from './job-runs.ts'
import { Metrics } from './metrics.ts'
import type { FinishedSpan } from './tracing/span.ts'
import { Tracer, tracesPerSecondMax } from './tracing/tracer.ts'
import { observeWrites } from './writes.ts'

const quiet = { warn: () => {}, error: () => {} }

async function setUp(ratio: number) {
  const sent: FinishedSpan[] = []
  const metrics = new Metrics()
  const tracer = new Tracer({ ratio, send: (spans) => sent.push(...spans) })
  const db = openMemoryDatabases({ modules: [ledgerModule], reportBug: () => {} })
  const jobs = new JobRunner({ databases: db, log: quiet })
  db.observe(observeWrites(metrics, tracer))
  jobs.observe(observeJobs(metrics, tracer))
  const id = newOrganizationId(1_800_000_000_000)
  await db.write(openAccount, id, { id })
  const parentOf = (name: string) => {
    const span = sent.find((one) => one.name === name)
    return sent.find((one) => one.spanId === span?.parentSpanId)?.name
  }
  return { sent, metrics, tracer, db, jobs, id, parentOf }
}

describe('the trace of a write', () => {
  test('leads from the request through the writer to the fan-out, and on to the job', async () => {
    const { sent, tracer, db, jobs, id, parentOf } = await setUp(1)
    db.changes.onConfirmed(entryAdded, () => {})
    const ran: string[] = []
    jobs.handle(followUp, async () => void ran.push(tracer.traceparent ?? ''))
    const parent = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), sampled: true }
    const root = tracer.begin({ name: 'POST /votes', kind: 'server', parent })
    if (root === undefined) throw new Error('It is not recorded.')
    await tracer.run(root, () => db.write(addEntry, id, { id: 'a', text: 'x', followUp: true }))
    root.end()
    await jobs.settled()
    const commit = sent.find(({ name }) => name.startsWith('commit shard'))?.name ?? ''
    expect(parentOf('write test.add')).toBe('POST /votes')
    expect(parentOf(commit)).toBe('write test.add')
    expect(parentOf('run test.add')).toBe(commit)
    expect(parentOf('fan-out')).toBe(commit)
    expect(parentOf('job entry.follow-up')).toBe('write test.add')
    expect(new Set(sent.map(({ traceId }) => traceId))).toEqual(new Set([parent.traceId]))
    expect(sent.find(({ name }) => name === 'POST /votes')?.parentSpanId).toBe(parent.spanId)
    expect(ran[0]).toStartWith(`00-${parent.traceId}-`)
  })

  test('that another node forwarded goes on under the span of that node', async () => {
    const { sent, db, id } = await setUp(1)
    db.changes.onConfirmed(entryAdded, () => {})
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`
    const call = { call: 1, operation: addEntry.name, organizationId: id, operationId: null, traceparent }
    const forwarded = [{ ...call, input: { id: 'a', text: 'x' } }]
    await db.runForwarded(forwarded, new Map<string, Operation>([[addEntry.name, addEntry]]))
    const [commit] = sent.filter(({ name }) => name.startsWith('commit shard'))
    expect(commit).toMatchObject({ traceId: 'ab'.repeat(16), parentSpanId: 'cd'.repeat(8) })
    const under = sent.filter(({ parentSpanId }) => parentSpanId === commit?.spanId).map(({ name }) => name)
    expect(under.toSorted()).toEqual(['fan-out', 'run test.add'])
  })

  test('is nothing when nobody traces; the figures count all the same', async () => {
    const { sent, metrics, db, id } = await setUp(1)
    await db.write(addEntry, id, { id: 'a', text: 'x' })
    await db.write(addEntry, id, { id: 'b', text: 'x', fail: 'refuse' }).catch(() => {})
    await db.write(addEntry, id, { id: 'c', text: 'x', fail: 'bug' }).catch(() => {})
    expect(sent).toEqual([])
    const ends = [...(metrics.histogramOf('encapsify_db_operation_seconds')?.series ?? [])]
    expect(ends.map(({ labels, count }) => [...labels, count])).toEqual([
      ['test.open', 'done', 1],
      ['test.add', 'done', 1],
      ['test.add', 'refused', 1],
      ['test.add', 'failed', 1],
    ])
    expect(metrics.text()).toMatch(/encapsify_db_lock_wait_seconds_count{database="shard-00\d"} 1\n/)
    expect(metrics.text()).toMatch(/encapsify_db_batch_size_count{database="shard-00\d"} 1\n/)
  })
})

describe('what is recorded', () => {
  test('a stranger’s flag decides nothing, its id does, the same on every node', () => {
    const [one, other] = [new Tracer({ ratio: 0.25, send: () => {} }), new Tracer({ ratio: 0.25, send: () => {} })]
    let wanted = 0
    for (let n = 0; n < 4_096; n++) {
      const context = {
        traceId: `${'0'.repeat(18)}${(n << 4).toString(16).padStart(4, '0')}${'7'.repeat(10)}`,
        spanId: 'a'.repeat(16),
      }
      const wants = one.wants({ ...context, sampled: true })
      expect(other.wants({ ...context, sampled: false })).toBe(wants)
      if (wants) wanted++
    }
    expect(wanted / 4_096).toBeWithin(0.24, 0.26)
  })

  test('so many traces a second, whatever ids are sent', () => {
    const tracer = new Tracer({ ratio: 1, send: () => {}, nowMs: () => 5_000 })
    const begun = Array.from({ length: tracesPerSecondMax + 20 }, () => tracer.begin({ name: 'x', kind: 'server' }))
    expect(begun.filter((span) => span !== undefined)).toHaveLength(tracesPerSecondMax)
    expect(tracer.refused).toBe(20)
  })

  test('so many spans a trace; the rest are counted', () => {
    const sent: FinishedSpan[] = []
    const tracer = new Tracer({ ratio: 1, send: (spans) => sent.push(...spans) })
    const root = tracer.begin({ name: 'x', kind: 'server' })
    if (root === undefined) throw new Error('It is not recorded.')
    tracer.run(root, () => {
      for (let n = 0; n < 1_000; n++) tracer.note('query', 'client', 0, 1, {})
    })
    root.end()
    expect(sent).toHaveLength(129)
    expect(tracer.spansDropped).toBe(872)
  })

  test('a job or call of an unsampled trace stays unrecorded', () => {
    const tracer = new Tracer({ ratio: 1, send: () => {} })
    expect(tracer.resume(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`, 'job', 'consumer')).toBeUndefined()
    expect(tracer.resume(null, 'job', 'consumer')).toBeUndefined()
    expect(
      new Tracer({ ratio: 0 }).resume(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'job', 'consumer'),
    ).toBeUndefined()
  })
})
