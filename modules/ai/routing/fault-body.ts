import type { Provider } from '../config.ts'
import { isRecord } from '../requests.ts'

/** Shorter ones are no keys, and would be found in ordinary words. */
const keyLengthMin = 8
/** Dates and numbers, as in Azure's `api-version`: they help whoever reads a fault. */
const version = /^[\d-]+(?:preview)?$/
const hidden = '…'
/** As OpenAI, Anthropic, OpenRouter, Groq, xAI, Google and Hugging Face write theirs, and any that is sent as a Bearer token. */
const keyShapes = /\b(?:sk-|gsk_|xai-|AIza|hf_)[\w*-]{8,}|\bBearer\s+[^\s"',;]{7,}[\w*=]/g

/**
 * A provider's error in OpenAI's shape, with nothing in it that is a key: some repeat what they were sent, and whoever hears it is not
 * whoever configured it. Undefined: it is something else (a proxy's HTML, say), which does not go through.
 */
export function faultIn(bytes: Uint8Array, provider: Provider): Uint8Array | undefined {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
  if (!isRecord(value) || !('error' in value)) return undefined
  let isSame = true
  const shown = redacted(value, (text) => {
    const clean = withoutKeys(text, provider)
    isSame &&= clean === text
    return clean
  })
  return isSame ? bytes : new TextEncoder().encode(JSON.stringify(shown))
}

/** A text of a provider without its key, or what looks like one. */
export function withoutKeys(text: string, provider: Pick<Provider, 'key' | 'headers' | 'url'>): string {
  let clean = text
  for (const secret of secretsOf(provider)) clean = clean.replaceAll(secret, hidden)
  return clean.replace(keyShapes, hidden)
}

/** All that was given to be sent; the longest first, so that one that begins another leaves no rest. */
function secretsOf({ key, headers, url }: Pick<Provider, 'key' | 'headers' | 'url'>): string[] {
  const sent = [key ?? '', ...Object.values(headers)].map(behindScheme)
  // As the address has them, and as they are meant.
  const asWritten = url.search.split(/[?&]/).map((pair) => pair.slice(pair.indexOf('=') + 1))
  const all = new Set([...sent, ...asWritten, ...url.searchParams.values()])
  return [...all].filter(isSecret).sort((one, other) => other.length - one.length)
}

/** `Basic` and `Bearer` say nothing; what follows is also repeated without them. */
function behindScheme(value: string): string {
  const credentials = /^\S+\s+(\S+)$/.exec(value)?.[1]
  return credentials !== undefined && isSecret(credentials) ? credentials : value
}

function isSecret(value: string): boolean {
  return value.length >= keyLengthMin && !version.test(value)
}

function redacted(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map((item) => redacted(item, clean))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [clean(name), redacted(item, clean)]))
}
