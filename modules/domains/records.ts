import { Resolver } from 'node:dns/promises'
import { limits } from './limits.ts'

/** What is put in front of a domain for the record that proves it: the domain itself may hold a CNAME and nothing else. */
const prefix = '_encapsify.'

export type RecordFound = 'present' | 'absent' | 'unknown'

export interface ProofRecord {
  readonly type: 'TXT'
  readonly name: string
  readonly value: string
}

export function proofRecord(domain: string, token: string): ProofRecord {
  return { type: 'TXT', name: prefix + domain, value: `encapsify-domain=${token}` }
}

/**
 * Asks for the record that proves a domain.
 * @param servers addresses of name servers, with ports where they are not 53; none: those of the machine.
 */
export async function findRecord({ name, value }: ProofRecord, servers: readonly string[]): Promise<RecordFound> {
  // One for each check: a resolver remembers the servers that it found wanting.
  const resolver = new Resolver({ timeout: limits.dnsTimeoutMs, tries: limits.dnsTries })
  if (servers.length > 0) resolver.setServers(servers)
  try {
    const records = await resolver.resolveTxt(name)
    // A record may come in several strings (RFC 1035, 3.3.14), and Bun tells as many records of them. Its value is one that
    // nobody guesses, and whoever can write anything below this name can write all of it: wherever it stands, it proves.
    return records.flat().join('').includes(value) ? 'present' : 'absent'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return code === 'ENOTFOUND' || code === 'ENODATA' ? 'absent' : 'unknown'
  }
}
