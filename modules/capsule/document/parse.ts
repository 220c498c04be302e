import { type TSchema, Type } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler, type ValueError, ValueErrorType } from '@sinclair/typebox/compiler'
import { AppError } from '../../../src/errors.ts'
import { hasControls } from './characters.ts'
import { Faults, step } from './faults.ts'
import { limits } from './limits.ts'
import { checkMeaning } from './meaning.ts'
import { checkRichText } from './rich-text.ts'
import { type CapsuleDocument, columnsSchema, idSchema, leafSchemas, settingsSchema, themeSchema } from './schema.ts'

type Blocks = readonly unknown[]

const checks = new Map<string, TypeCheck<TSchema>>(
  Object.entries({
    ...leafSchemas,
    columns: Type.Object(
      {
        ...columnsSchema.properties,
        columns: Type.Array(Type.Array(Type.Unknown()), { minItems: 2, maxItems: limits.columnsMax }),
      },
      { additionalProperties: false },
    ),
  }).map(([type, schema]) => [type, TypeCompiler.Compile(schema)]),
)
const types = [...checks.keys()].join(', ')
const themeCheck = TypeCompiler.Compile(themeSchema)
const settingsCheck = TypeCompiler.Compile(settingsSchema)

const frame = TypeCompiler.Compile(
  Type.Object(
    {
      format: Type.Literal(1),
      pages: Type.Array(
        Type.Object(
          {
            id: idSchema,
            title: Type.Optional(Type.String({ minLength: 1, maxLength: limits.titleLengthMax })),
            blocks: Type.Array(Type.Unknown()),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: limits.pagesMax },
      ),
      theme: Type.Optional(Type.Unknown()),
      settings: Type.Optional(Type.Unknown()),
    },
    { additionalProperties: false },
  ),
)

/**
 * A document from outside, or from a database written by an older version. Size and depth are checked before anything
 * walks the tree, so that neither a huge nor a deep one costs more than its bytes.
 * @param place where in the body it stands: the pointers of its faults begin with it.
 * @throws AppError `too-large` over 512 KiB; `invalid` with the JSON pointer of every fault (twenty at most).
 */
export function parseDocument(input: unknown, place = ''): CapsuleDocument {
  const faults = new Faults(place)
  checkShape(input, faults, place)
  faults.throwIfAny('The document')
  report(frame, input, '', faults)
  faults.throwIfAny('The document')
  const document = input as CapsuleDocument
  if (document.theme !== undefined) report(themeCheck, document.theme, '/theme', faults)
  if (document.settings !== undefined) report(settingsCheck, document.settings, '/settings', faults)
  let blocks = 0
  document.pages.forEach((page, n) => {
    blocks += checkBlocks(page.blocks, `/pages/${n}/blocks`, false, faults)
  })
  if (blocks > limits.blocksMax) faults.add('/pages', `has ${blocks} blocks; a capsule has at most ${limits.blocksMax}`)
  faults.throwIfAny('The document')
  checkMeaning(document, faults)
  faults.throwIfAny('The document')
  return document
}

/** Depth, size and characters, without recursion. */
function checkShape(input: unknown, faults: Faults, place: string): void {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value: input, pointer: '', depth: 0 }]
  let bytes = 0
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value, pointer, depth } = at
    if (depth > limits.depthMax) {
      return faults.add(pointer.slice(0, 200), `is nested deeper than ${limits.depthMax} levels`)
    }
    if (typeof value === 'string') {
      bytes += value.length
      if (!value.isWellFormed()) faults.add(pointer, 'holds half of a surrogate pair, which is no character')
      else if (hasControls(value)) faults.add(pointer, 'holds control characters')
    } else if (Array.isArray(value)) {
      value.forEach((item: unknown, n) => open.push({ value: item, pointer: `${pointer}/${n}`, depth: depth + 1 }))
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, item] of Object.entries(value)) {
        bytes += name.length
        open.push({ value: item, pointer: pointer + step(name), depth: depth + 1 })
      }
    }
    if (bytes > limits.documentBytesMax) break
  }
  if (
    !faults.any &&
    (bytes > limits.documentBytesMax || Buffer.byteLength(JSON.stringify(input) ?? '') > limits.documentBytesMax)
  ) {
    const message = `is larger than ${limits.documentBytesMax / 1_024} KiB`
    throw new AppError('too-large', `The document ${message}.`, { faults: [{ pointer: place, message }] })
  }
}

/** Each block by the schema of its own type, so that a fault is reported where it is. Returns how many there are. */
function checkBlocks(blocks: Blocks, pointer: string, nested: boolean, faults: Faults): number {
  let count = 0
  blocks.forEach((block, n) => {
    const here = `${pointer}/${n}`
    count++
    if (typeof block !== 'object' || block === null || !('type' in block)) {
      return faults.add(here, 'must be a block: an object with an id and a type')
    }
    const check = typeof block.type === 'string' ? checks.get(block.type) : undefined
    if (check === undefined) return faults.add(`${here}/type`, `must be one of ${types}`)
    if (block.type === 'columns' && nested) return faults.add(`${here}/type`, 'columns hold no columns')
    report(check, block, here, faults)
    if (block.type === 'richText' && 'content' in block) checkRichText(block.content, `${here}/content`, faults)
    if (block.type === 'columns' && 'columns' in block && Array.isArray(block.columns)) {
      block.columns.forEach((column: unknown, k) => {
        if (Array.isArray(column)) count += checkBlocks(column, `${here}/columns/${k}`, true, faults)
      })
    }
  })
  return count
}

function report(check: TypeCheck<TSchema>, value: unknown, pointer: string, faults: Faults): void {
  if (check.Check(value)) return
  const seen = new Set<string>()
  for (const error of check.Errors(value)) {
    const place = pointer + error.path
    if (!seen.has(place)) faults.add(place, inWords(error))
    seen.add(place)
  }
}

/** What a schema's fault says to a person. */
function inWords(error: ValueError): string {
  const schema = error.schema
  switch (error.type) {
    case ValueErrorType.ObjectAdditionalProperties:
      return 'is not known here'
    case ValueErrorType.ObjectRequiredProperty:
      return 'is missing'
    case ValueErrorType.ArrayMinItems:
      return `must have at least ${schema.minItems} item${schema.minItems === 1 ? '' : 's'}`
    case ValueErrorType.ArrayMaxItems:
      return `has at most ${schema.maxItems} items`
    case ValueErrorType.StringMinLength:
      return 'must not be empty'
    case ValueErrorType.StringMaxLength:
      return `has at most ${schema.maxLength} characters`
    case ValueErrorType.StringPattern:
      return `must match ${schema.pattern}`
    case ValueErrorType.Union:
      return `must be one of ${(schema.anyOf as { const?: unknown }[]).map((one) => String(one.const)).join(', ')}`
    default:
      return error.message.charAt(0).toLowerCase() + error.message.slice(1)
  }
}
