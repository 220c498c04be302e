import { expect, test } from 'bun:test'
import { loadCluster } from './config.ts'

const env = {
  ENCAPSIFY_LITEFS: '/litefs',
  ENCAPSIFY_SECRET: 'a secret of thirty-two characters',
  ENCAPSIFY_ROLE: 'candidate',
  ENCAPSIFY_PEERS: '10.0.0.1, 10.0.0.2,10.0.0.3',
  ENCAPSIFY_ADDRESS: '10.0.0.1',
  ENCAPSIFY_NODE: 'a',
}

test('without a mount there is no cluster', () => {
  expect(loadCluster({})).toBeUndefined()
  expect(loadCluster({ ...env, ENCAPSIFY_LITEFS: '' })).toBeUndefined()
})

test('three addresses are three candidates', () => {
  expect(loadCluster(env)).toMatchObject({
    ...{ name: 'encapsify', node: 'a', address: '10.0.0.1', role: 'candidate', candidates: 3, mount: '/litefs' },
    peers: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
  })
})

test("Fly's own names come first", () => {
  const { ENCAPSIFY_ROLE: _, ...others } = env
  const fly = { FLY_APP_NAME: 'app', FLY_MACHINE_ID: '148e', FLY_PRIVATE_IP: 'fdaa::3', FLY_PROCESS_GROUP: 'primary' }
  const group = { ENCAPSIFY_PEERS: 'primary.process.app.internal', ENCAPSIFY_CANDIDATES: '3' }
  expect(loadCluster({ ...others, ...group, ...fly })).toMatchObject({
    ...{ name: 'app', node: '148e', address: 'fdaa::3', role: 'candidate', candidates: 3 },
  })
  expect(loadCluster({ ...others, ...group, ...fly, FLY_PROCESS_GROUP: 'edge' })?.role).toBe('edge')
})

test.each([
  ['ENCAPSIFY_SECRET', undefined],
  ['ENCAPSIFY_ROLE', 'observer'],
  ['ENCAPSIFY_ROLE', undefined],
  ['ENCAPSIFY_PEERS', ' , '],
  ['ENCAPSIFY_ADDRESS', 'localhost'],
  ['ENCAPSIFY_NODE', 'a b'],
  ['ENCAPSIFY_CLUSTER', ''],
  ['ENCAPSIFY_CANDIDATES', '5'],
] as const)('%s of %p stops the start with a line that names it', (name, value) => {
  expect(() => loadCluster({ ...env, [name]: value })).toThrow(name)
})

test('two candidates are refused with the reason', () => {
  expect(() => loadCluster({ ...env, ENCAPSIFY_PEERS: '10.0.0.1,10.0.0.2' })).toThrow('neither lose one nor confirm')
  expect(() => loadCluster({ ...env, ENCAPSIFY_CANDIDATES: '2' })).toThrow('neither lose one nor confirm')
})

test('a name of DNS does not say how many there are', () => {
  expect(() => loadCluster({ ...env, ENCAPSIFY_PEERS: 'candidates.internal' })).toThrow('ENCAPSIFY_CANDIDATES')
})
