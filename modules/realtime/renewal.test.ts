import { expect, test } from 'bun:test'
import { selfSigned } from '../../test/fixtures/certificate.ts'
import { liveHouse } from '../../test/fixtures/live-house.ts'

const certificate = (serial: number) => ({ ...selfSigned(serial), expires: '' })

test('R11: who is connected when the certificate is renewed, however often, is told what happens afterwards', async () => {
  await using house = await liveHouse({}, certificate(1))
  const id = await house.poll()
  const sockets = [house.open(id)]
  for (let serial = 2; serial < 5; serial++) {
    await sockets.at(-1)?.inbox.next('hello')
    house.server.renew(certificate(serial))
    sockets.push(house.open(id))
  }
  await sockets.at(-1)?.inbox.next('hello')
  const version = await house.republish(id, 'Another way?')
  for (const socket of sockets) expect((await socket.inbox.next('published')).version).toBe(version)
  for (const socket of sockets) socket.close()
  expect(house.bugs).toEqual([])
})
