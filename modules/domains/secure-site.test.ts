import { expect, test } from 'bun:test'
import { origin } from '../../test/fixtures/capsule-house.ts'
import { selfSigned } from '../../test/fixtures/certificate.ts'
import { liveHouse } from '../../test/fixtures/live-house.ts'
import { type Site, sites } from './sites.ts'

const own = 'pages.example.com'

test('over TLS a page’s line stands on its organization’s own domain, and on no other’s', async () => {
  let site: Site = (request) => request
  await using house = await liveHouse({}, { ...selfSigned(7), expires: '' }, (request) => site(request))
  site = sites({
    origin,
    domains: { organizationAt: (host) => (host === own ? house.ours.organizationId : undefined) },
    organizations: house.organizations,
    front: () => undefined,
  })
  const id = await house.poll()
  const headers = { host: own, origin: `https://${own}` }
  const socket = house.open(id, '', headers)
  expect(await socket.inbox.next('hello')).toMatchObject({ type: 'hello' })
  const version = await house.republish(id, 'Which of both?')
  expect(await socket.inbox.next('published')).toMatchObject({ version })
  socket.close()

  const strange = await house.capsules.create(house.theirs.organizationId, { title: 'Theirs' })
  const refused = house.open(strange.id, '', headers)
  await refused.closed
  expect(refused.inbox.all).toEqual([])
})
