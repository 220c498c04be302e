import { afterEach, describe, expect, test } from 'bun:test'
import { OtlpReceiver } from '../../../test/fixtures/otlp-receiver.ts'
import { batchMax, Exporter, queueMax } from './exporter.ts'
import { encodeLogs, encodeSpans } from './otlp.ts'
import type { FinishedSpan } from './span.ts'

const resource = { name: 'encapsify', version: '1', region: 'local', instance: 'i' }
const span: FinishedSpan = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentSpanId: 'c'.repeat(16),
  name: 'GET /x',
  kind: 'server',
  startedMs: 1_800_000_000_000.25,
  tookMs: 1.5,
  attributes: { 'http.route': '/x', count: 3, ratio: 0.5, well: true },
  error: 'status 500',
}
const receivers: OtlpReceiver[] = []

function receive(answer?: () => Response | Promise<Response>): OtlpReceiver {
  const receiver = new OtlpReceiver(answer)
  receivers.push(receiver)
  return receiver
}

function exporterTo(origin: string, timeoutMs = 5_000) {
  return new Exporter<FinishedSpan>({
    url: `${origin}/v1/traces`,
    headers: { 'x-team': 'ops' },
    encode: (batch) => encodeSpans(resource, batch),
    everyMs: 1,
    timeoutMs,
  })
}

afterEach(() => {
  for (const receiver of receivers.splice(0)) receiver.close()
})

describe('what the collector gets', () => {
  test('spans as OTLP has them: hexadecimal ids, nanoseconds as text, typed attributes', async () => {
    const receiver = receive()
    const exporter = exporterTo(receiver.origin)
    exporter.add([span])
    const [got] = await receiver.spans(1)
    expect<unknown>(got).toEqual({
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: 'c'.repeat(16),
      name: 'GET /x',
      kind: 2,
      startTimeUnixNano: '1800000000000250000',
      endTimeUnixNano: '1800000000001750000',
      attributes: [
        { key: 'http.route', value: { stringValue: '/x' } },
        { key: 'count', value: { intValue: '3' } },
        { key: 'ratio', value: { doubleValue: 0.5 } },
        { key: 'well', value: { boolValue: true } },
      ],
      status: { code: 2, message: 'status 500' },
    })
    expect(receiver.headers?.get('x-team')).toBe('ops')
    await exporter.close()
    expect(exporter.counts).toEqual({ sent: 1, dropped: 0, failures: 0 })
  })

  test('lines of the log with their trace', () => {
    const line = { atMs: 1, level: 'warn', message: 'm', traceId: 't', spanId: 's', attributes: { a: 'b' } }
    expect(JSON.parse(encodeLogs(resource, [line])).resourceLogs[0].scopeLogs[0].logRecords).toEqual([
      {
        timeUnixNano: '1000000',
        observedTimeUnixNano: '1000000',
        severityNumber: 13,
        severityText: 'WARN',
        body: { stringValue: 'm' },
        attributes: [{ key: 'a', value: { stringValue: 'b' } }],
        traceId: 't',
        spanId: 's',
      },
    ])
  })
})

test('a queue that holds several batches is sent without a pause between them; what fills none waits for its turn', async () => {
  const receiver = receive()
  const turn = Promise.withResolvers<void>()
  const exporter = new Exporter<FinishedSpan>({
    url: `${receiver.origin}/v1/traces`,
    headers: {},
    encode: (batch) => encodeSpans(resource, batch),
    // The first turn comes at once, the second in an hour.
    get everyMs() {
      turn.resolve()
      return receiver.requests === 0 ? 1 : 3_600_000
    },
  })
  exporter.add(Array.from({ length: 3 * batchMax + 5 }, () => span))
  await turn.promise
  expect(await receiver.spans(3 * batchMax)).toHaveLength(3 * batchMax)
  expect(exporter.waiting).toBe(5)
  await exporter.close()
  expect(exporter.counts).toEqual({ sent: 3 * batchMax + 5, dropped: 0, failures: 0 })
})

describe('a collector that is', () => {
  test('gone: the queue stays bounded and every loss is counted', async () => {
    const exporter = exporterTo('http://127.0.0.1:1')
    for (let n = 0; n < queueMax + 50; n++) exporter.add([span])
    expect(exporter.waiting).toBeLessThanOrEqual(queueMax)
    await exporter.close()
    expect(exporter.counts.sent).toBe(0)
    expect(exporter.counts.dropped).toBe(queueMax + 50)
    expect(exporter.counts.failures).toBeGreaterThanOrEqual(1)
  })

  test('hanging: one request waits, up to its deadline, and adding costs nothing', async () => {
    const hang = Promise.withResolvers<void>()
    const receiver = receive(() => hang.promise.then(() => new Response()))
    const exporter = exporterTo(receiver.origin, 50)
    exporter.add([span])
    await receiver.asked
    for (let n = 0; n < queueMax * 2; n++) exporter.add([span])
    expect(receiver.requests).toBe(1)
    expect(exporter.waiting).toBe(queueMax)
    await exporter.close()
    hang.resolve()
    expect(exporter.counts.sent).toBe(0)
    expect(exporter.counts.dropped).toBe(queueMax * 2 + 1)
  })

  test('refusing: what it calls wrong is not sent again', async () => {
    const receiver = receive(() => new Response('no', { status: 400 }))
    const exporter = exporterTo(receiver.origin)
    exporter.add([span, span])
    await receiver.asked
    await exporter.close()
    expect(exporter.counts).toEqual({ sent: 0, dropped: 2, failures: 1 })
    expect(receiver.requests).toBe(1)
  })

  test('busy: what it could not take waits and is sent later', async () => {
    let answers = 0
    const receiver = receive(() => new Response(null, { status: answers++ === 0 ? 503 : 200 }))
    const exporter = new Exporter<FinishedSpan>({
      url: `${receiver.origin}/v1/traces`,
      headers: {},
      encode: (batch) => encodeSpans(resource, batch),
      everyMs: 1,
    })
    exporter.add([span])
    await receiver.asked
    await exporter.close()
    expect(exporter.counts).toEqual({ sent: 1, dropped: 0, failures: 1 })
  })
})
