import { createAdapterFactory } from 'better-auth/adapters'
import type { Databases } from '../../src/db/database.ts'
import { newGlobalId } from '../../src/db/ids.ts'
import { type Condition, look, ms, type Row, text, type Values } from './lookups.ts'
import type { Step } from './operations/steps.ts'
import { note } from './unit-of-work.ts'

const prefixes: Readonly<Record<string, string>> = {
  user: 'usr',
  session: 'ses',
  account: 'acc',
  verification: 'ver',
}

/** The id of a new row of one of better-auth's tables. */
export function newIdFor({ model }: { model: string }): string {
  return newGlobalId(prefixes[model] ?? model.slice(0, 3))
}

/**
 * better-auth over our databases: what it reads comes from a snapshot, what it writes is noted as a step of the request's one
 * operation (`unit-of-work.ts`). None of its flows reads what it wrote in the same request, so rows are answered as they will
 * be.
 */
export function directoryAdapter(databases: Databases) {
  const find = (table: string, where: readonly Condition[], limit: number): Row[] =>
    databases.readDirectory((tx) => look(tx, table, where, limit))
  const changeAll = (table: string, where: readonly Condition[], change: Values): Row[] => {
    const rows = find(table, where, rowsMax)
    for (const row of rows) note(changing(table, row.id, change))
    return rows
  }
  return createAdapterFactory({
    config: { adapterId: 'encapsify', adapterName: 'Encapsify', supportsNumericIds: false, transaction: false },
    adapter: () => ({
      create: async ({ model, data }) => {
        note(adding(model, data))
        return data
      },
      update: async <T>(asked: { model: string; where: Condition[]; update: T }) => {
        const change = asked.update as Values
        const [row] = changeAll(asked.model, asked.where, change)
        return (row === undefined ? null : { ...row, ...change }) as T | null
      },
      updateMany: async ({ model, where, update }) => changeAll(model, where, update).length,
      findOne: async <T>({ model, where }: { model: string; where: Condition[] }) =>
        (find(model, where, 1)[0] ?? null) as T | null,
      findMany: async <T>({ model, where, limit }: { model: string; where?: Condition[] | undefined; limit: number }) =>
        find(model, where ?? [], limit) as T[],
      delete: async ({ model, where }) => {
        for (const row of find(model, where, 1)) note(removing(model, row.id))
      },
      deleteMany: async ({ model, where }) => removeAll(model, where),
      consumeOne: async <T>({ model, where }: { model: string; where: Condition[] }) => {
        const [row] = find(model, where, 1)
        if (row !== undefined) note({ do: 'spendVerification', id: row.id })
        return (row ?? null) as T | null
      },
      count: async () => {
        throw new Error('Nothing here counts rows.')
      },
    }),
  })
}

/** Rows that one request changes at most. */
const rowsMax = 100

/** By owner, and not by the rows seen: what began since then goes too. */
function removeAll(table: string, where: readonly Condition[]): number {
  const [first, ...others] = where
  if (first?.field === 'userId' && others.length === 0) {
    if (table === 'session') note({ do: 'endSessions', userId: text(first.value) })
    else if (table === 'account') note({ do: 'removeAccounts', userId: text(first.value) })
    return 1
  }
  // Older tokens with the identifier of one that is being spent: the identifier is a hash, so there are none.
  if (table === 'verification' && first?.field === 'identifier') return 0
  throw new Error(`Nothing removes rows of ${table} by ${where.map(({ field }) => field).join(', ')}.`)
}

function adding(table: string, data: Values): Step {
  const id = text(data.id)
  switch (table) {
    case 'user':
      return { do: 'addUser', id, email: text(data.email), name: text(data.name) }
    case 'account':
      return {
        do: 'addAccount',
        id,
        userId: text(data.userId),
        providerId: text(data.providerId),
        accountId: text(data.accountId),
        password: text(data.password),
      }
    case 'session':
      return {
        do: 'addSession',
        id,
        userId: text(data.userId),
        token: text(data.token),
        expiresMs: ms(data.expiresAt),
        ipAddress: text(data.ipAddress),
        userAgent: text(data.userAgent),
      }
    case 'verification':
      return {
        do: 'addVerification',
        id,
        identifier: text(data.identifier),
        value: text(data.value),
        expiresMs: ms(data.expiresAt),
      }
    default:
      throw new Error(`There is no table ${table}.`)
  }
}

function changing(table: string, id: string, change: Values): Step {
  switch (table) {
    case 'user':
      return { do: 'changeUser', id, name: text(change.name) }
    case 'account':
      return { do: 'setPassword', id, password: text(change.password) }
    case 'session':
      return { do: 'extendSession', id, expiresMs: ms(change.expiresAt) }
    default:
      throw new Error(`Nothing changes rows of ${table}.`)
  }
}

function removing(table: string, id: string): Step {
  switch (table) {
    case 'user':
      return { do: 'removeUser', id }
    case 'session':
      return { do: 'endSession', id }
    default:
      throw new Error(`Nothing removes one row of ${table}.`)
  }
}
