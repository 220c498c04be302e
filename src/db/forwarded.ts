import { AppError } from '../errors.ts'
import type { Call, Outcome } from './calls.ts'
import { isOrganizationId, type OrganizationId } from './ids.ts'
import type { Operation } from './operation.ts'

/** A call as another node sends it. */
export type ForwardedCall = Omit<Call, 'organizationId' | 'database'> & { readonly organizationId: string | null }

/** Runs what another node's callers ask for. Never throws: each call has its outcome. */
export function runForwarded(
  calls: readonly ForwardedCall[],
  operations: ReadonlyMap<string, Operation>,
  run: (operation: Operation, owner: OrganizationId | null, call: ForwardedCall) => Promise<unknown>,
): Promise<Outcome[]> {
  return Promise.all(
    calls.map(async (forwarded): Promise<Outcome> => {
      const { call, operation: name, organizationId } = forwarded
      const operation = operations.get(name)
      if (operation === undefined) return { call, state: 'failed', report: `There is no operation ${name} here.` }
      const owner = organizationId !== null && isOrganizationId(organizationId) ? organizationId : null
      try {
        return { call, state: 'done', result: await run(operation, owner, forwarded) }
      } catch (error) {
        if (error instanceof AppError) return { call, state: 'refused', error: error.toData() }
        return { call, state: 'failed', report: error instanceof Error ? error.message : String(error) }
      }
    }),
  )
}
