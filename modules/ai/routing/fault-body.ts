import type { Provider } from '../config.ts'
import { isRecord } from '../requests.ts'

/** Shorter ones are no keys, and would be found in ordinary words. */
const keyLengthMin = 8
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
export function withoutKeys(text: string, { key, headers }: Pick<Provider, 'key' | 'headers'>): string {
  let clean = text
  for (const secret of [key, ...Object.values(headers)]) {
    if (secret === undefined || secret.length < keyLengthMin || /^[\d-]+$/.test(secret)) continue
    clean = clean.replaceAll(secret, hidden)
  }
  return clean.replace(keyShapes, hidden)
}

function redacted(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) return value.map((item) => redacted(item, clean))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [clean(name), redacted(item, clean)]))
}
