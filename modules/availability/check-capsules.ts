import type { OrganizationId } from '../../src/db/ids.ts'
import type { Capsules, Publications } from '../capsule/index.ts'
import type { Organizations } from '../organization/index.ts'

/** What a check opens, votes on and asks. */
export interface CheckCapsule {
  readonly shard: string
  readonly path: string
  readonly id: string
  readonly version: number
}

export interface CheckCapsulesDeps {
  readonly organizations: Pick<Organizations, 'bySlug' | 'ensureInShard'>
  readonly capsules: Pick<Capsules, 'create'>
  readonly publications: Pick<Publications, 'at' | 'publish'>
  readonly shards: readonly string[]
  /** Whether this node makes what is missing. */
  readonly isPrimary: () => boolean
}

/** Organizations of the house itself: nobody else's may be called so. */
export const checkSlugPrefix = 'encapsify-check-'
const capsuleSlug = 'check'
export const checkBlock = 'check'
export const checkQuestion = 'What is this page for?'

const words =
  'This page is for the service to check itself. Each node opens it once a minute, votes and asks a question.'
const draft = {
  format: 1,
  pages: [
    {
      id: 'start',
      blocks: [
        { id: 'head', type: 'heading', text: 'Check' },
        {
          id: 'words',
          type: 'richText',
          content: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }] },
        },
        {
          id: checkBlock,
          type: 'poll',
          question: 'Does it work?',
          oncePerVisitor: false,
          choices: [
            { id: 'yes', text: 'Yes' },
            { id: 'no', text: 'No' },
          ],
        },
      ],
    },
  ],
}

/** One published capsule in every shard: a shard that does not answer is found, whoever owns what is in it. */
export class CheckCapsules {
  readonly #known = new Map<string, CheckCapsule>()

  constructor(private readonly deps: CheckCapsulesDeps) {}

  /** Undefined while the primary has not made it. */
  async of(shard: string): Promise<CheckCapsule | undefined> {
    const known = this.#known.get(shard) ?? this.#find(shard) ?? (await this.#make(shard))
    if (known !== undefined) this.#known.set(shard, known)
    return known
  }

  #find(shard: string): CheckCapsule | undefined {
    const slug = checkSlugPrefix + shard
    const organization = this.deps.organizations.bySlug(slug)
    if (organization === undefined) return undefined
    const at = this.deps.publications.at(organization.id, capsuleSlug)
    if (at.state !== 'found') return undefined
    return { shard, path: `/${slug}/${capsuleSlug}`, id: at.capsuleId, version: at.version }
  }

  async #make(shard: string): Promise<CheckCapsule | undefined> {
    if (!this.deps.isPrimary()) return undefined
    const { organizations, capsules, publications } = this.deps
    const { id } = await organizations.ensureInShard(checkSlugPrefix + shard, 'Checks', shard)
    const { id: capsuleId } = await this.#capsule(id, capsules)
    await publications.publish(id, capsuleId, 'encapsify')
    return this.#find(shard)
  }

  #capsule(organizationId: OrganizationId, capsules: CheckCapsulesDeps['capsules']) {
    // The same operation however often it is tried: a start that was interrupted goes on where it ended.
    return capsules.create(
      organizationId,
      { title: 'Check', slug: capsuleSlug, draft },
      `check-capsule-${organizationId}`,
    )
  }
}
