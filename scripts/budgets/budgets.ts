import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { report } from '../benchmarks/report.ts'

const budget = Type.Object({
  most: Type.Optional(Type.Number()),
  least: Type.Optional(Type.Number()),
  unit: Type.String(),
  name: Type.String(),
})
const file = Type.Record(Type.String(), budget)

/** docs/budgets.json: what must be kept to, by the name of its figure. */
export class Budgets {
  readonly #missing: Set<string>

  private constructor(private readonly budgets: Static<typeof file>) {
    this.#missing = new Set(Object.keys(budgets))
  }

  static async load(): Promise<Budgets> {
    const read: unknown = await Bun.file('docs/budgets.json').json()
    if (Value.Check(file, read)) return new Budgets(read)
    const [fault] = Value.Errors(file, read)
    throw new Error(`docs/budgets.json ${fault?.path}: ${fault?.message}`)
  }

  /** @throws Error for a figure that has no budget. */
  report(figure: string, value: number, note?: string): void {
    const found = this.budgets[figure]
    if (found === undefined) throw new Error(`docs/budgets.json has no budget for ${figure}.`)
    this.#missing.delete(figure)
    const { name, unit, most, least } = found
    const bar =
      most !== undefined ? { kind: 'most' as const, value: most } : { kind: 'least' as const, value: least ?? 0 }
    report({ name, value, unit, bar, ...(note !== undefined && { note }) })
  }

  /** What was not measured. */
  get missing(): readonly string[] {
    return [...this.#missing]
  }
}

/** Nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
