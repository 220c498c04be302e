/** How a visit is known outside. */
export function visitName(row: number): string {
  return row.toString(36)
}

/** The row of a name; undefined for what is none. */
export function visitRow(name: string): number | undefined {
  if (!/^[0-9a-z]{1,11}$/.test(name)) return undefined
  const row = Number.parseInt(name, 36)
  return Number.isSafeInteger(row) ? row : undefined
}
