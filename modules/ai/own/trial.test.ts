import { expect, test } from 'bun:test'
import type { OrganizationId } from '../../../src/db/ids.ts'
import type { Governance } from '../governance/governance.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { ownProvider } from './own-provider.ts'
import { tryProvider } from './trial.ts'

const own = ownProvider(
  'prv',
  {
    ...{ name: 'Ours', kind: 'openai', url: 'http://127.0.0.1:1/v1', chat: 'mine', embeddings: null },
    models: [{ name: 'mine' }],
  },
  'abc/def+12345',
)
const caller = { organizationId: 'org' as OrganizationId, keyId: '', capsuleId: '' }
const governance: Pick<Governance, 'open'> = { open: () => ({ outputTokensMax: undefined, close: () => {} }) }

test.each([
  [401, '{"message":"Bad key abc\\/def+12345"}', 'It does not take the key (status 401): Bad key …'],
  [401, '{"error":"Bad key abc\\/def+12345"}', 'It does not take the key (status 401): Bad key …'],
  [400, '{"error":{"message":"Bad key abc\\/def+12345"}}', 'It refused the call (status 400): Bad key …'],
])('why it does not work holds no key: %i %s', async (status, body, why) => {
  const transport = async () => new Response(body, { status })
  const result = await tryProvider({ governance, transport, clock: new VirtualClock() }, caller, own)
  expect(result.why).toBe(why)
})

test('a key that is cut off at the end is hidden before it is cut', async () => {
  const message = `${'x'.repeat(293)} abc/def+12345`
  const transport = async () => Response.json({ message }, { status: 401 })
  const result = await tryProvider({ governance, transport, clock: new VirtualClock() }, caller, own)
  expect(result.why).not.toContain('abc')
})
