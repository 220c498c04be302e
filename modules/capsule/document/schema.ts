import { type Static, Type } from '@sinclair/typebox'
import { limits } from './limits.ts'

const closed = { additionalProperties: false } as const
const optional = Type.Optional
/** Ids become names in answers and totals: the one name that an object does not keep is none. */
export const idSchema = Type.String({
  pattern: '^(?!__proto__$)[A-Za-z0-9_-]+$',
  minLength: 1,
  maxLength: limits.idLengthMax,
})
const id = idSchema
const title = Type.String({ minLength: 1, maxLength: limits.titleLengthMax })
const text = Type.String({ minLength: 1, maxLength: limits.textLengthMax })
const line = Type.String({ maxLength: limits.textLengthMax })
const url = Type.String({ minLength: 1, maxLength: limits.urlLengthMax })

const choiceSchema = Type.Object(
  {
    id,
    text: title,
    /** The page that this answer leads to. */
    to: optional(id),
  },
  closed,
)
const choices = Type.Array(choiceSchema, { minItems: 2, maxItems: limits.choicesMax })

/** A text node or an element of a ProseMirror tree; what is allowed in it is said in rich-text.ts. */
const richNode = Type.Object({ type: Type.String() }, { additionalProperties: true })

const media = {
  id,
  /** An uploaded file's id, or `src`: https, or a path of ours below `/-/`. */
  asset: optional(Type.String({ minLength: 1, maxLength: limits.idLengthMax })),
  src: optional(url),
  alt: optional(line),
  title: optional(line),
  caption: optional(line),
}

const questionSchema = Type.Object(
  {
    id,
    text,
    choices,
    /** Ids of the right choices: never sent to a browser before the visitor's own answer. */
    correct: Type.Array(id, { minItems: 1, maxItems: limits.choicesMax, uniqueItems: true }),
    explanation: optional(line),
  },
  closed,
)

const fieldSchema = Type.Object(
  {
    id,
    kind: Type.Union([
      Type.Literal('text'),
      Type.Literal('email'),
      Type.Literal('choice'),
      Type.Literal('rating'),
      Type.Literal('date'),
      Type.Literal('consent'),
    ]),
    label: title,
    required: optional(Type.Boolean()),
    /** For `choice` alone, and there needed. */
    choices: optional(choices),
  },
  closed,
)

/** Every block but columns, by its type. */
export const leafSchemas = {
  heading: Type.Object(
    { id, type: Type.Literal('heading'), text: title, level: optional(Type.Integer({ minimum: 2, maximum: 4 })) },
    closed,
  ),
  richText: Type.Object({ id, type: Type.Literal('richText'), content: richNode }, closed),
  image: Type.Object({ ...media, type: Type.Literal('image') }, closed),
  video: Type.Object({ ...media, type: Type.Literal('video') }, closed),
  audio: Type.Object({ ...media, type: Type.Literal('audio') }, closed),
  file: Type.Object({ ...media, type: Type.Literal('file') }, closed),
  embed: Type.Object({ id, type: Type.Literal('embed'), url, title: optional(line) }, closed),
  button: Type.Object({ id, type: Type.Literal('button'), label: title, to: url }, closed),
  divider: Type.Object({ id, type: Type.Literal('divider') }, closed),
  poll: Type.Object(
    {
      id,
      type: Type.Literal('poll'),
      question: text,
      choices,
      multiple: optional(Type.Boolean()),
      /** Default true. */
      oncePerVisitor: optional(Type.Boolean()),
      /** The page to go on to, unless the choice names one. */
      next: optional(id),
    },
    closed,
  ),
  quiz: Type.Object(
    {
      id,
      type: Type.Literal('quiz'),
      questions: Type.Array(questionSchema, { minItems: 1, maxItems: limits.questionsMax }),
      /** Where a score leads: the outcome with the highest `from` that was reached. */
      outcomes: optional(
        Type.Array(Type.Object({ from: Type.Integer({ minimum: 0 }), to: id }, closed), {
          maxItems: limits.choicesMax,
        }),
      ),
      next: optional(id),
    },
    closed,
  ),
  form: Type.Object(
    {
      id,
      type: Type.Literal('form'),
      fields: Type.Array(fieldSchema, { minItems: 1, maxItems: limits.fieldsMax }),
      /** Default false. */
      oncePerVisitor: optional(Type.Boolean()),
      next: optional(id),
    },
    closed,
  ),
  chat: Type.Object(
    {
      id,
      type: Type.Literal('chat'),
      greeting: optional(line),
      starters: optional(Type.Array(title, { maxItems: 8 })),
    },
    closed,
  ),
} as const

const leafSchema = Type.Union(
  Object.values(leafSchemas) as [typeof leafSchemas.heading, ...(typeof leafSchemas)[keyof typeof leafSchemas][]],
)

/** Columns hold anything but columns. */
export const columnsSchema = Type.Object(
  {
    id,
    type: Type.Literal('columns'),
    columns: Type.Array(Type.Array(leafSchema), { minItems: 2, maxItems: limits.columnsMax }),
  },
  closed,
)

export const themeSchema = Type.Object(
  {
    accent: optional(Type.String({ pattern: '^#[0-9a-fA-F]{6}$' })),
    font: optional(
      Type.Union([Type.Literal('system'), Type.Literal('serif'), Type.Literal('mono'), Type.Literal('rounded')]),
    ),
    mode: optional(Type.Union([Type.Literal('auto'), Type.Literal('light'), Type.Literal('dark')])),
    corner: optional(Type.Union([Type.Literal('square'), Type.Literal('soft'), Type.Literal('round')])),
  },
  closed,
)

export const settingsSchema = Type.Object(
  {
    /** One or two sentences for social cards and search engines. */
    description: optional(Type.String({ maxLength: 300 })),
    /** BCP 47, such as `de` or `pt-BR`. */
    language: optional(Type.String({ pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$', maxLength: 35 })),
    /** Whether search engines may list it. Default false. */
    indexed: optional(Type.Boolean()),
    /** What visitors see of each other. Default: nothing. */
    live: optional(
      Type.Object(
        {
          people: optional(Type.Boolean()),
          reactions: optional(Type.Boolean()),
          questions: optional(Type.Boolean()),
        },
        closed,
      ),
    ),
  },
  closed,
)

export const pageSchema = Type.Object(
  { id, title: optional(title), blocks: Type.Array(Type.Union([leafSchema, columnsSchema])) },
  closed,
)

/** The document of a capsule, `format: 1`. */
export const documentSchema = Type.Object(
  {
    format: Type.Literal(1),
    pages: Type.Array(pageSchema, { minItems: 1, maxItems: limits.pagesMax }),
    theme: optional(themeSchema),
    settings: optional(settingsSchema),
  },
  closed,
)

export type CapsuleDocument = Static<typeof documentSchema>
export type Page = Static<typeof pageSchema>
export type Theme = Static<typeof themeSchema>
export type LeafBlock = { [K in keyof typeof leafSchemas]: Static<(typeof leafSchemas)[K]> }[keyof typeof leafSchemas]
export type ColumnsBlock = Omit<Static<typeof columnsSchema>, 'columns'> & { columns: LeafBlock[][] }
export type Block = LeafBlock | ColumnsBlock
export type PollBlock = Static<typeof leafSchemas.poll>
export type QuizBlock = Static<typeof leafSchemas.quiz>
export type FormBlock = Static<typeof leafSchemas.form>
export type AnswerableBlock = PollBlock | QuizBlock | FormBlock
