import { AppError } from '../../src/errors.ts'
import { wholeBody } from '../../src/http/body.ts'

/** Fifty fields of five thousand letters, each of them three escaped bytes at most, are less. */
const formBytesMax = 1_048_576
const fieldsMax = 1_000
const type = 'application/x-www-form-urlencoded'
const decoder = new TextDecoder('utf-8', { fatal: true })

export type Entries = readonly (readonly [string, string])[]

/**
 * Reads the body of a plain form, strictly: what is not UTF-8 is refused and not replaced.
 * @throws AppError unsupported-media-type, too-large, malformed, timeout.
 */
export async function formEntries(request: Request): Promise<Entries> {
  const given = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (given !== type) throw new AppError('unsupported-media-type', `An answer by form is sent as ${type}.`)
  const bytes = await wholeBody(request, formBytesMax, 'An answer')
  try {
    const fields = decoder.decode(bytes).split('&')
    if (fields.length > fieldsMax) throw tooMany()
    return fields.filter((field) => field !== '').map(entryOf)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('malformed', 'The form holds bytes that are not UTF-8.')
  }
}

function entryOf(field: string): readonly [string, string] {
  const [name = '', ...value] = field.split('=')
  return [unescaped(name), unescaped(value.join('='))]
}

function unescaped(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function tooMany(): AppError {
  return new AppError('too-large', `An answer has at most ${fieldsMax} fields.`)
}
