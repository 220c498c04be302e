import { Type } from '@sinclair/typebox'
import { component } from '../../src/http/detail.ts'
import type { Organizations } from '../organization/index.ts'
import type { CapsuleRow } from './operations/rows.ts'
import { capsuleStates } from './schema.ts'

/** The schemas that stand once in the API's description, by name. */
export const documentModel = component('CapsuleDocument')
export const capsuleModel = component('Capsule')

/** A capsule as the API shows it. */
export const capsuleSchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  slug: Type.String(),
  state: Type.Union(capsuleStates.map((state) => Type.Literal(state))),
  /** Where visitors find it once it is published. */
  url: Type.String({ format: 'uri' }),
  /** The version that visitors see; kept while archived. */
  publishedVersion: Type.Union([Type.Integer(), Type.Null()]),
  /** UTC milliseconds, as every time here. */
  createdAt: Type.Integer(),
  /** Of a deleted capsule: when it was deleted. It can be restored for 30 days. */
  updatedAt: Type.Integer(),
})

export interface CapsuleResource {
  readonly id: string
  readonly title: string
  readonly slug: string
  readonly state: CapsuleRow['state']
  readonly url: string
  readonly publishedVersion: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** Rows as the API shows them. */
export class CapsuleResources {
  constructor(
    private readonly organizations: Pick<Organizations, 'byId'>,
    private readonly origin: string,
  ) {}

  of(row: CapsuleRow): CapsuleResource {
    return {
      id: row.id,
      title: row.title,
      slug: row.slug,
      state: row.state,
      url: this.url(row),
      publishedVersion: row.publishedVersion,
      createdAt: row.createdMs,
      updatedAt: row.updatedMs,
    }
  }

  url(row: Pick<CapsuleRow, 'organizationId' | 'slug'>): string {
    return `${this.origin}/${this.organizations.byId(row.organizationId)?.slug ?? '-'}/${row.slug}`
  }
}
