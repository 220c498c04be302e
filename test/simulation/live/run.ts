import { capsuleIds } from './log.ts'
import { type Mutations, Violation, World } from './world.ts'

const stepsMax = 160
const yearMs = 365 * 86_400_000
const actions = [
  ...['publish', 'publish', 'publish', 'publish', 'vote', 'vote', 'vote', 'vote'],
  ...['cut', 'cut', 'stall', 'stall', 'restart', 'lag', 'failover', 'renew', 'prune', 'sleep', 'pause', 'clock'],
] as const

/** One run: faults for a while, then peace, then everybody must be told everything. @throws Violation. */
export function run(seed: number, mutations: Mutations = {}) {
  const world = new World(seed, mutations)
  for (let step = 0; step < stepsMax; step++) {
    world.schedule.run(400 * world.random() ** 2)
    act(world)
    world.check()
  }
  settle(world)
  const { counts, visitors } = world
  return {
    ...counts,
    acknowledged: world.acknowledged.size,
    told: visitors.reduce((sum, visitor) => sum + visitor.told, 0),
    begun: visitors.reduce((sum, visitor) => sum + visitor.begun, 0),
    recovered: world.nodes.reduce((sum, { live }) => sum + live.counts.recovered, 0),
  }
}

function act(world: World): void {
  const { random } = world
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  const visitor = pick(world.visitors)
  switch (pick(actions)) {
    case 'publish':
      // Sometimes more than is kept, and more than may wait for a reader.
      for (let n = random() < 0.1 ? 90 : 1; n > 0; n--) world.publish(pick(capsuleIds))
      break
    case 'vote':
      visitor.vote(world.newVote())
      break
    case 'cut':
      world.counts.cuts++
      visitor.line?.cut(random() < 0.6, random() < 0.5 ? 0 : 8_000 * random())
      break
    case 'stall':
      visitor.line?.stall(12_000 * random())
      break
    case 'restart': {
      world.counts.restarts++
      const node = pick(world.nodes)
      if (node.isUp) node.restart(random() < 0.5)
      break
    }
    case 'lag':
      world.lagMsMax = random() < 0.5 ? 30 : 3_000
      break
    case 'failover':
      world.log.truncate()
      break
    case 'renew':
      renew(world)
      break
    case 'prune':
      world.log.pruned = Math.max(
        world.log.pruned,
        (world.log.rows.at(-1)?.sequence ?? 0) - Math.floor(30 * random()),
        0,
      )
      break
    case 'sleep':
      world.schedule.run(4_000 * random())
      break
    case 'clock':
      // Set right, or wrong by years.
      world.counts.clocks++
      world.schedule.skewMs = random() < 0.3 ? 0 : (random() - 0.5) * 20 * yearMs
      break
    case 'pause':
      visitor.connection.stop()
      world.schedule.after(3_000 * random(), () => visitor.connection.start())
  }
}

/** The organization is restored: its log is another one, and everybody comes back. */
function renew(world: World): void {
  if (world.random() < 0.7) return
  world.log.truncate()
  world.log.renew()
  for (const id of capsuleIds) world.publish(id, 0)
  world.schedule.run(0)
  // A node may be told so, or find out by itself.
  const told = world.random() < 0.5
  for (const node of world.nodes) {
    if (told) node.log.confirmed = world.log.confirmed
    if (told && node.isUp) node.live.restart()
  }
}

function settle(world: World): void {
  world.refusals = 0
  world.lagMsMax = 0
  world.schedule.run(20_000)
  for (const id of capsuleIds) world.publish(id)
  world.schedule.run(90_000)
  for (const node of world.nodes) if (!node.isUp) throw new Violation('liveness', `${node.name} is down`)
  for (const visitor of world.visitors) {
    if (!visitor.connection.isOpen || visitor.ended !== undefined)
      throw new Violation('liveness', 'a visitor is not connected')
    const last = world.log.last(visitor.capsuleId)
    if (!visitor.isThrough) throw new Violation('gap', 'a visitor was not told everything')
    if (visitor.shown !== last?.visible) throw new Violation('gap', `sees ${visitor.shown}, not ${last?.visible}`)
    if (visitor.waiting > 0) throw new Violation('liveness', 'a vote was not acknowledged')
    const cast = world.log.voters.get(visitor.capsuleId)?.size ?? 0
    if (visitor.votes !== cast) throw new Violation('votes', `sees ${visitor.votes} votes of ${cast}`)
  }
  const votes = capsuleIds.reduce((sum, id) => sum + (world.log.voters.get(id)?.size ?? 0), 0)
  if (votes !== world.acknowledged.size)
    throw new Violation('votes', `${votes} counted, ${world.acknowledged.size} acknowledged`)
  const here = world.nodes.reduce((sum, { live }) => sum + live.connections, 0)
  if (here !== world.visitors.length)
    throw new Violation('memory', `${here} connections of ${world.visitors.length} visitors`)
}
