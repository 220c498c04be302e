export type Encoding = 'br' | 'zstd' | 'gzip' | 'identity'

/** A header longer than this is not worth reading: identity is always right then. */
const headerLengthMax = 1_000
const choicesMax = 500
const choices = new WeakMap<readonly Encoding[], Map<string, Encoding | undefined>>()

/**
 * Chooses a content coding by Accept-Encoding (RFC 9110, 12.5.3): the highest weight wins; among equals the order of
 * `offered` does. Undefined when nothing offered is acceptable. What was chosen for a header is remembered, bounded, as long
 * as the list lives: pass the same list again.
 */
export function negotiate(header: string | null, offered: readonly Encoding[]): Encoding | undefined {
  if (header === null || header.length > headerLengthMax) return offered.includes('identity') ? 'identity' : offered[0]
  let known = choices.get(offered)
  if (known === undefined) {
    known = new Map()
    choices.set(offered, known)
  }
  const before = known.get(header)
  if (before !== undefined) return before
  const choice = choose(header, offered)
  if (known.size >= choicesMax) known.clear()
  known.set(header, choice)
  return choice
}

function choose(header: string, offered: readonly Encoding[]): Encoding | undefined {
  const weights = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((one) => one.trim())
    const quality = parameters.find((one) => one.startsWith('q='))
    const weight = quality === undefined ? 1 : Number(quality.slice(2))
    if (name !== '') weights.set(name === 'x-gzip' ? 'gzip' : name, weight >= 0 && weight <= 1 ? weight : 0)
  }
  const any = weights.get('*')
  const weightOf = (encoding: Encoding): number =>
    // Identity is acceptable unless it is excluded, but anything asked for by name comes before it.
    weights.get(encoding) ?? any ?? (encoding === 'identity' ? 0.001 : 0)
  let best: Encoding | undefined
  for (const encoding of offered) {
    if (weightOf(encoding) > (best === undefined ? 0 : weightOf(best))) best = encoding
  }
  return best
}
