import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import type { Person } from '../identity/index.ts'
import type { Keys } from './keys.ts'
import type { Members } from './members.ts'
import type { Organizations } from './organizations.ts'
import { type Access, mayRole, type Permission } from './permissions.ts'

/** A scheme's name is the same in capitals (RFC 9110, 11.1). */
const bearer = /^bearer +(\S+)$/i

export const organizationHeader = 'encapsify-organization'

/** Who is signed in, by the session of a request. */
export type SessionOf = (request: Request) => Promise<Person | undefined>

/** Finds out who asks and whether they may. */
export class AccessControl {
  constructor(
    private readonly sessionOf: SessionOf,
    private readonly organizations: Organizations,
    private readonly members: Members,
    private readonly keys: Keys,
  ) {}

  /** @throws AppError unauthenticated. */
  async signedIn(request: Request): Promise<Person> {
    const person = await this.sessionOf(request)
    if (person === undefined) throw new AppError('unauthenticated', 'Sign in first.')
    return person
  }

  /** The key of a request answers without waiting; a session may have to be looked up. @throws AppError. */
  resolve(request: Request, needs: Permission): Access | Promise<Access> {
    const authorization = request.headers.get('authorization')
    if (authorization === null) return this.#bySession(request, needs)
    const given = bearer.exec(authorization)?.[1]
    const key = given === undefined ? undefined : this.keys.find(given)
    if (key === undefined) throw new AppError('unauthenticated', 'This API key is not valid, or was revoked.')
    if (!key.scopes.includes(needs)) {
      throw new AppError('forbidden', `This API key lacks the scope "${needs}".`)
    }
    return { organizationId: key.organizationId, by: { kind: 'key', keyId: key.id, scopes: key.scopes } }
  }

  async #bySession(request: Request, needs: Permission): Promise<Access> {
    const person = await this.sessionOf(request)
    if (person === undefined) {
      throw new AppError('unauthenticated', 'Sign in, or send an API key: Authorization: Bearer <key>.')
    }
    const organization = this.#organizationOf(request, person)
    const role = this.members.roleOf(organization.id, person.userId)
    // To somebody outside, an organization does not exist.
    if (role === undefined) throw new AppError('not-found', 'There is no such organization.')
    if (!mayRole(role, needs)) throw new AppError('forbidden', `As ${role} you may not do this; it takes "${needs}".`)
    return { organizationId: organization.id, by: { kind: 'user', userId: person.userId, email: person.email, role } }
  }

  #organizationOf(request: Request, person: Person) {
    const slug = request.headers.get(organizationHeader)
    if (slug === null) {
      const [only, ...others] = this.organizations.of(person.userId)
      if (only !== undefined && others.length === 0) return only
      throw new AppError('invalid', 'Say which organization: the header Encapsify-Organization with its slug.', {
        faults: [{ pointer: 'headers:encapsify-organization', message: 'is missing' }],
      })
    }
    const found = this.organizations.bySlug(slug)
    if (found === undefined) throw new AppError('not-found', 'There is no such organization.')
    return found
  }
}

/** Built once in the composition root: `signedIn: true` gives a route its `person`, `needs: …` its `access`. */
export function accessPlugin(control: AccessControl) {
  return new Elysia({ name: 'access' }).macro({
    signedIn: {
      resolve: async ({ request }) => ({ person: await control.signedIn(request) }),
    },
    needs: (permission: Permission) => ({
      resolve: async ({ request }) => ({ access: await control.resolve(request, permission) }),
    }),
  })
}

export type AccessPlugin = ReturnType<typeof accessPlugin>
