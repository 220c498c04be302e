import { afterEach, expect, test } from 'bun:test'
import { guardKey } from '../cluster/envelope.ts'
import type { Message } from '../cluster/messages.ts'
import { type Heard, Wire } from './wire.ts'

const key = guardKey('a secret of thirty-two characters', 'cluster')
const wires: Wire[] = []
afterEach(() => {
  for (const wire of wires.splice(0)) wire.close()
})

const canvass = (round: number): Message => ({ type: 'canvass', round, position: { epoch: 1, number: 1 } })

function freePort(): number {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const port = server.port ?? 0
  void server.stop(true)
  return port
}

function guard(name: string, address: string, port: number, options: { role?: 'edge'; key?: Buffer } = {}) {
  const heard: Heard[] = []
  const names: string[] = []
  const wire = new Wire({
    ...{ key: options.key ?? key, name, role: options.role ?? 'candidate', address, port },
    incarnation: `${name}-incarnation`,
    onMessage: (message) => heard.push(message),
    onName: (candidate, at) => names.push(`${candidate} at ${at}`),
  })
  wires.push(wire)
  return { wire, heard, names }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(2)
}

test('G9 guards learn names from addresses, and what they say arrives in order, once', async () => {
  const port = freePort()
  const [a, b] = [guard('a', '127.0.0.2', port), guard('b', '127.0.0.3', port)]
  a.wire.dial(['127.0.0.2', '127.0.0.3'])
  await until(() => a.names.length > 0)
  expect(a.names).toEqual(['b at 127.0.0.3'])
  for (let round = 1; round <= 5; round++) a.wire.send('b', canvass(round))
  await until(() => b.heard.length === 5)
  expect(b.heard.map(({ from, counter }) => `${from} ${counter}`)).toEqual(['a 1', 'a 2', 'a 3', 'a 4', 'a 5'])
})

test('G9 another cluster is not heard, and hears nothing', async () => {
  const port = freePort()
  const strange = guard('a', '127.0.0.2', port, { key: guardKey('a secret of thirty-two characters', 'another') })
  const b = guard('b', '127.0.0.3', port)
  strange.wire.dial(['127.0.0.3'])
  const probe = new WebSocket(`ws://127.0.0.3:${port}/guard?challenge=${'x'.repeat(24)}`)
  await new Promise((resolve) => probe.addEventListener('message', resolve))
  probe.send('forged.{"from":"a"}')
  await until(() => b.wire.refused > 0)
  probe.close()
  expect(strange.names).toEqual([])
  expect(b.heard).toEqual([])
})

test('G9 a later connection of the same guard replaces the earlier one', async () => {
  const port = freePort()
  const b = guard('b', '127.0.0.3', port)
  const [first, second] = [guard('a', '127.0.0.2', port), guard('a', '127.0.0.4', port)]
  for (const { wire, names } of [first, second]) {
    wire.dial(['127.0.0.3'])
    await until(() => names.length > 0)
    wire.send('b', canvass(1))
    await until(() => b.heard.length > 0)
  }
  await until(() => b.heard.length === 2)
  expect(b.wire.accepted).toEqual(['a'])
})

test('G36 an edge hears what is told to edges on the connection that it dialled', async () => {
  const port = freePort()
  const [a, edge] = [guard('a', '127.0.0.2', port), guard('e', '127.0.0.5', port, { role: 'edge' })]
  edge.wire.dial(['127.0.0.2'])
  await until(() => edge.names.length > 0)
  edge.wire.send('a', canvass(1))
  await until(() => a.wire.accepted.includes('e'))
  a.wire.tellEdges(['a'], canvass(7))
  await until(() => edge.heard.length === 1)
  expect(edge.heard[0]).toMatchObject({ from: 'a', message: { round: 7 } })
})

test('whoever is not a guard is turned away', async () => {
  const port = freePort()
  guard('a', '127.0.0.2', port)
  expect((await fetch(`http://127.0.0.2:${port}/`)).status).toBe(404)
  expect((await fetch(`http://127.0.0.2:${port}/guard?challenge=${'x'.repeat(24)}`)).status).toBe(426)
})
