export type Cell = string | number | boolean | null | undefined

/**
 * What spreadsheets take for a formula at the beginning of a cell, and what they drop before one.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const formula = /^[=+\-@\t\r\n＝＋－＠]/
const special = /[",\r\n]/

/** The bytes that make Excel read a file as UTF-8. */
export const byteOrderMark = '\ufeff'

/** One record (RFC 4180) with its line break. Text that would be a formula gets an apostrophe in front. */
export function csvRecord(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`
}

function field(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null || cell === undefined ? '' : String(cell)
  const text = formula.test(cell) ? `'${cell}` : cell
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
