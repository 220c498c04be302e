/**
 * Why an address may not stand in a document, in words that follow its place; undefined when it may. Absolute, of one of
 * the schemes, without a name and password, without characters that parsers drop.
 */
export function addressFault(address: string, schemes: readonly string[]): string | undefined {
  const names = schemes.map((scheme) => scheme.slice(0, -1)).join(', ')
  if (/[\s\\<>"]/.test(address)) return 'holds characters that no address has'
  if (!URL.canParse(address)) return `must be an address that begins with ${names}`
  const url = new URL(address)
  if (!schemes.includes(url.protocol)) return `must be an address that begins with ${names}`
  if (url.username !== '' || url.password !== '') return 'must not hold a name or password'
  return undefined
}
