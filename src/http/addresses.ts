import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'

/**
 * An address with a percent sign that begins no character names nothing: the router gives null for such a part, which no
 * route expects. Built once, used by the root.
 */
export function addresses() {
  return new Elysia({ name: 'addresses' }).onTransform({ as: 'global' }, ({ params }) => {
    for (const name in params) {
      const part: unknown = params[name]
      if (part === null) throw new AppError('not-found', 'There is nothing at this address.')
    }
  })
}
