import type { TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { AppError } from '../errors.ts'
import type { Operation } from './operation.ts'

const faultsMax = 20

/** Whether inputs fit their operations' schemas, each compiled once. */
export class InputChecks {
  readonly #checks = new Map<Operation, TypeCheck<TSchema>>()

  faultsOf(operation: Operation, input: unknown): AppError | undefined {
    let check = this.#checks.get(operation)
    if (check === undefined) {
      check = TypeCompiler.Compile(operation.input)
      this.#checks.set(operation, check)
    }
    if (check.Check(input)) return undefined
    const faults = [...check.Errors(input)].slice(0, faultsMax).map(({ path, message }) => ({ pointer: path, message }))
    return new AppError('invalid', `The input of ${operation.name} is not valid.`, { faults })
  }
}
