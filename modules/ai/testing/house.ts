import { Type } from '@sinclair/typebox'
import { newId, newOrganizationId, type OrganizationId } from '../../../src/db/ids.ts'
import type { LocalDatabases } from '../../../src/db/local.ts'
import { openMemoryDatabases } from '../../../src/db/memory.ts'
import { defineOperation, type Operation } from '../../../src/db/operation.ts'
import { SocketSigns } from '../../../src/http/socket-signs.ts'
import { socketHandler } from '../../../src/http/sockets.ts'
import { JobRunner } from '../../../src/jobs/jobs.ts'
import type { Tracer } from '../../../src/observability/tracing/tracer.ts'
import { Plans } from '../../../test/fixtures/plans.ts'
import { type Ai, openAi } from '../ai.ts'
import type { OpenPage } from '../authoring/index.ts'
import type { CapsuleText } from '../chat/passages.ts'
import type { Clock } from '../clock.ts'
import { parseAiConfig } from '../config.ts'
import { aiDoor } from '../door.ts'
import type { SourceFile } from '../extraction/file-texts.ts'
import { aiMigrations } from '../migrations.ts'
import { aiOperations } from '../operations.ts'
import type { Transport } from '../routing/transport.ts'

const placeTeam = defineOperation(
  { name: 'test.place', database: 'directory', input: Type.Object({}) },
  (_tx, _input, context) => {
    if (context.organizationId !== null) context.place(context.organizationId)
  },
)

export interface House {
  readonly db: LocalDatabases
  readonly ai: Ai
  readonly plans: Plans
  /** The jobs of this module; a test lets them run. */
  readonly jobs: JobRunner
  /** Uploaded files, by asset id. */
  readonly files: Map<string, SourceFile>
  readonly bugs: unknown[]
  /** What was logged. */
  readonly lines: object[]
  /** What visitors see, by capsule id. */
  readonly texts: Map<string, CapsuleText>
  /** An organization with a key, made up when none is given. */
  team(key?: string): Promise<{ readonly organizationId: OrganizationId; readonly key: string; readonly keyId: string }>
  capsule(organizationId: OrganizationId, text: Omit<CapsuleText, 'version'>): Promise<string>
  /** Serves the door on a free port; returns the origin. */
  serve(): string
  close(): Promise<void>
}

/** This module with databases in memory, for tests. */
export function openHouse(
  config: unknown,
  options: {
    clock?: Clock
    random?: () => number
    transport?: Transport
    tracer?: Tracer
    secrets?: readonly string[]
    openPage?: OpenPage
    /** Besides this module's. */
    operations?: readonly Operation[]
  } = {},
): House {
  const plans = new Plans()
  const bugs: unknown[] = []
  const lines: object[] = []
  const say = (fields: object, message: string) => void lines.push({ ...fields, message })
  const reportBug = (error: unknown) => void bugs.push(error)
  const db = openMemoryDatabases({
    modules: [
      { migrations: { module: 'test', directory: [], shard: [] }, operations: [placeTeam] },
      { migrations: aiMigrations, operations: [...aiOperations, ...(options.operations ?? [])] },
    ],
    onStatement: plans.onStatement,
    reportBug,
    ...(options.clock !== undefined && { nowMs: () => options.clock?.nowMs() ?? 0 }),
  })
  const texts = new Map<string, CapsuleText>()
  const known = new Map<string, { id: string; organizationId: OrganizationId; scopes: readonly 'ai:use'[] }>()
  const jobs = new JobRunner({ databases: db, log: { warn: () => {}, error: (fields) => void bugs.push(fields) } })
  const files = new Map<string, SourceFile>()
  const ai = openAi({
    ...{ db, jobs, fileOf: (_organizationId, assetId) => files.get(assetId) },
    config: parseAiConfig(config),
    secrets: options.secrets ?? ['s'.repeat(32)],
    textOf: (_organizationId, capsuleId) => texts.get(capsuleId),
    log: { info: say, warn: say },
    reportBug,
    ...options,
  })
  const door = aiDoor({ ai, keys: { find: (key) => known.get(key) }, reportBug })
  const servers: { stop(force: boolean): Promise<void> }[] = []
  return {
    db,
    ai,
    plans,
    ...{ jobs, files },
    bugs,
    lines,
    texts,
    async team(given) {
      const organizationId = newOrganizationId()
      await db.write(placeTeam, organizationId, {})
      const keyId = newId('key', organizationId)
      const key = given ?? `enc_${keyId}`
      known.set(key, { id: keyId, organizationId, scopes: ['ai:use'] })
      return { organizationId, key, keyId }
    },
    async capsule(organizationId, text) {
      const id = newId('cap', organizationId)
      texts.set(id, { ...text, version: 1 })
      await ai.chat.refresh(id)
      return id
    },
    serve() {
      const server = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        idleTimeout: 10,
        websocket: socketHandler(new SocketSigns()),
        fetch: (request, server) => door(request, server) ?? new Response('no door', { status: 404 }),
      })
      servers.push(server)
      return `http://127.0.0.1:${server.port}`
    },
    async close() {
      for (const server of servers) await server.stop(true)
      await ai.close()
      await db.close()
    },
  }
}
