import { cursorOf } from '../../../modules/realtime/cursor.ts'
import type { NodeLog } from './log.ts'
import type { Mutations } from './world.ts'

/** Rules that are broken, one each: the simulation must find every one. */
export const mutants: Readonly<Record<string, Mutations>> = {
  'R8: a recovered hello carries the head': {
    alter: (text, head) => text.replace('"recovered":true', `"recovered":true,"cursor":"${cursorOf(head)}"`),
  },
  'R8: the first missed event is left out': {
    log: (log) => ({
      head: () => log.head(),
      recent: (id, query) => {
        const recent = log.recent(id, query)
        return { ...recent, changes: recent.changes.slice(1) }
      },
    }),
  },
  'R8, R29: what is missing from the log is not noticed': {
    log: (log) => ({
      head: () => log.head(),
      recent: (id, query) => ({ ...log.recent(id, query), after: { ...log.head(), sequence: 0 } }),
    }),
  },
  'R8: a client comes back with a place before its own': {
    cursor: (cursor) => {
      const [incarnation, sequence] = cursor?.split('.') ?? []
      if (incarnation === undefined || sequence === undefined) return cursor
      return `${incarnation}.${Math.max(0, Number.parseInt(sequence, 36) - 3).toString(36)}`
    },
  },
  'R10: a node that is behind says that it is not': {
    log: (log, world) => ({
      head: () => headOf(log, world.log.confirmed),
      recent: (id, query) => log.recent(id, query),
    }),
  },
  'R12: events are told before they are confirmed': { tellsUnconfirmed: true },
  'R23: what does not fit is left out in silence': { dropsSilently: true },
  'R27: what arrives late by an earlier connection is taken': { hearsLate: true },
}

function headOf(log: NodeLog, confirmed: number) {
  const last = log.log.rows[confirmed - 1]
  return last === undefined ? log.head() : { incarnation: last.incarnation, sequence: last.sequence }
}
