/** Capsules that are kept on a device. */
const capsulesMax = 30
const prefix = 'capsule '

/**
 * What is kept of a capsule is of one generation: one publication, rendered by one state of the code. It has a cache of its
 * own; the first answer of another generation begins a new one and ends the old, before anybody sees that answer. So no two
 * pages that are shown after one another come from different ones, and none is older than what was seen.
 */
export interface Generation {
  readonly cache: Cache
  readonly id: string
}

/** `cap_….version.hash`, as the server says it. */
export async function keptGeneration(path: string): Promise<Generation | undefined> {
  const name = (await namesOf(path)).at(-1)
  return name === undefined ? undefined : { cache: await caches.open(name), id: idIn(name) }
}

/** The generation that an answer belongs to, as the one that is kept. 'older': than what is kept already. */
export async function beginGeneration(path: string, id: string): Promise<Generation | 'older'> {
  const names = await namesOf(path)
  const kept = names.at(-1)
  if (kept !== undefined && idIn(kept) === id) return { cache: await caches.open(kept), id }
  if (kept !== undefined && isOlder(id, idIn(kept))) return 'older'
  const name = `${prefix}${path} ${Date.now()} ${id}`
  const cache = await caches.open(name)
  for (const old of names) await caches.delete(old)
  await dropOldest()
  return { cache, id }
}

export async function dropGenerations(path: string): Promise<void> {
  for (const name of await namesOf(path)) await caches.delete(name)
}

/** Versions of one capsule only grow. */
function isOlder(one: string, other: string): boolean {
  const [capsule, version] = one.split('.')
  const [otherCapsule, otherVersion] = other.split('.')
  return capsule === otherCapsule && Number(version) < Number(otherVersion)
}

/** Oldest first: more than one only when the browser ended the worker in between. */
async function namesOf(path: string): Promise<string[]> {
  return byAge((await caches.keys()).filter((name) => name.startsWith(`${prefix}${path} `)))
}

async function dropOldest(): Promise<void> {
  const all = byAge((await caches.keys()).filter((name) => name.startsWith(prefix)))
  for (const name of all.slice(0, -capsulesMax)) await caches.delete(name)
}

function byAge(names: string[]): string[] {
  return names.sort((one, other) => Number(one.split(' ')[2]) - Number(other.split(' ')[2]))
}

function idIn(name: string): string {
  return name.split(' ')[3] ?? ''
}
