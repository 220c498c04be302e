import { join } from 'node:path'
import { importVisits } from '../../modules/analytics/operations/record.ts'
import type { Told } from '../../modules/analytics/operations/told.ts'
import { openDatabases } from '../../src/db/files.ts'
import { organizationOf } from '../../src/db/ids.ts'
import { report } from './report.ts'
import type { Demo, Server } from './servers.ts'

const visits = 1_000_000
const days = 90
const dayMs = 86_400_000
const perWrite = 100
const writesAtOnce = 4
const samples = 300
const countries = ['NO', 'SE', 'DK', 'DE', 'GB', 'FR', 'US', 'CA', 'JP', 'AU', 'CH', 'AT', 'NL', 'ES', 'IT', '']
const devices = ['desktop', 'phone', 'tablet'] as const

/** Lays down a million visits of the last ninety days, by the operation that the demo's are laid down by. Returns their capsule. */
export async function fillVisits(folder: string, demo: Demo): Promise<string> {
  const capsuleId = demo.capsules[1]?.id ?? ''
  const organizationId = organizationOf(capsuleId)
  const writerUrl = new URL('../../src/writer.ts', import.meta.url).href
  const fail = (error: unknown) => {
    throw error
  }
  const db = await openDatabases({
    ...{ folder: join(folder, 'db'), shards: 4, writerUrl, reportBug: fail, onWriterLost: fail },
  })
  const startMs = Date.now() - days * dayMs
  const told = (n: number): Told => ({
    ...{ capsuleId, visitor: `bench-${n}`, email: null, link: n % 10 === 0 ? `lnk_${n % 200}` : '' },
    ...{ source: `source-${n % 120}.example`, campaign: n % 5 === 0 ? `campaign-${n % 30}` : '' },
    ...{ country: countries[n % countries.length] ?? '', device: devices[n % 3] ?? 'desktop' },
    ...{ view: `bench-${String(n).padStart(10, '0')}`, page: `page-${n % 12}`, from: null, ms: 1_000 + (n % 50_000) },
    ...{ gone: true, atMs: startMs + Math.floor((n / visits) * days * dayMs), acts: [] },
  })
  let next = 0
  const startedMs = performance.now()
  await Promise.all(
    Array.from({ length: writesAtOnce }, async () => {
      while (next < visits) {
        const from = next
        next += perWrite
        const beacons = Array.from({ length: perWrite }, (_, n) => told(from + n))
        await db.write(importVisits, organizationId, { beacons })
      }
    }),
  )
  report({ name: '1,000,000 visits laid down over 90 days', value: (performance.now() - startedMs) / 1_000, unit: 's' })
  await db.close()
  return capsuleId
}

/** The screen's figures over ninety days of a capsule with a million visits, asked for one after the other. */
export async function dashboard(server: Server, demo: Demo, capsuleId: string): Promise<void> {
  const url = `${server.origin}/api/v1/capsules/${capsuleId}/analytics?days=${days}`
  const times: number[] = []
  let counted = 0
  for (let n = 0; n < samples; n++) {
    const startedMs = performance.now()
    const answer = await fetch(url, { headers: { authorization: `Bearer ${demo.apiKey}` } })
    const { totals } = (await answer.json()) as { totals: { visits: number } }
    times.push(performance.now() - startedMs)
    counted = totals.visits
  }
  const sorted = times.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.min(samples - 1, Math.floor(share * samples))] ?? 0
  // The first of ninety-one calendar days may lie outside of the ninety that are asked for.
  report({ name: 'visits in the 90-day dashboard', value: counted, unit: '', bar: { kind: 'least', value: 980_000 } })
  report({ name: '90-day dashboard, median', value: at(0.5), unit: 'ms' })
  report({ name: '90-day dashboard, p99', value: at(0.99), unit: 'ms', bar: { kind: 'most', value: 50 } })
}
