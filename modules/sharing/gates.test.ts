import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { proofIn, sharedSite } from '../../test/fixtures/shared-site.ts'
import { limits } from './limits.ts'

let house: Awaited<ReturnType<typeof sharedSite>>
beforeAll(async () => {
  house = await sharedSite()
})
afterAll(() => house.site.close())

const browser = (address?: string) => house.browser(address)
const shared: typeof house.shared = (settings) => house.shared(settings)
const code: typeof house.code = (one, gate, email) => house.code(one, gate, email)
const codeSentTo: typeof house.codeSentTo = (email) => house.codeSentTo(email)
describe('a password', () => {
  test('is asked for in the visitor’s language and kept as a hash', async () => {
    const { gate, link } = await shared({ password: 'open sesame' })
    expect(link.passwordHash).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
    const english = await browser().get(gate)
    expect([english.status, english.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
    expect(english.headers.get('referrer-policy')).toBe('no-referrer')
    expect(await english.text()).toContain('>Password</label>')
    const german = await browser().get(gate, { 'accept-language': 'fr, de-AT;q=0.8, en;q=0.5' })
    expect(german.headers.get('content-language')).toBe('de')
    expect(await german.text()).toContain('>Passwort</label>')
    const wrong = await browser().form(gate, { password: 'open sesam' })
    expect(wrong.status).toBe(403)
    expect(wrong.headers.getSetCookie()).toEqual([])
    expect(await wrong.text()).toContain('This is not the password.')
  })

  test('can be tried a few times by an address, whatever link it tries', async () => {
    const { gate } = await shared({ password: 'open sesame' })
    const one = browser()
    let last: Response | undefined
    for (let n = 0; n < 21; n++) last = await one.form(gate, { password: `x`.repeat(129) })
    expect(last?.status).toBe(429)
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await last?.text()).toContain('Too many attempts.')
    // Others are let in all the same.
    expect((await browser().form(gate, { password: 'open sesame' })).status).toBe(303)
  })

  test('a proof of one link proves nothing to another, and none after its time', async () => {
    const [mine, other] = [
      await shared({ emailGate: { allow: [], block: [] } }),
      await shared({ password: 'open sesame', emailGate: { allow: [], block: [] } }),
    ]
    const one = browser()
    const proof = proofIn(await (await one.get(mine.gate)).text())
    const skipped = await one.form(other.gate, { proof, email: 'eve@example.com' })
    expect(await skipped.text()).toContain('>Password</label>')
    expect(codeSentTo('eve@example.com')).toBe('')
    house.clock.nowMs += limits.stepMs
    expect(await (await one.form(mine.gate, { proof, email: 'eve@example.com' })).text()).toContain('too long')
  })
})

describe('an e-mail gate', () => {
  const gated = { emailGate: { allow: ['example.com', 'guest@other.test'], block: ['eve@example.com'] } }

  test('sends a code to who may come, and the code opens once', async () => {
    const { id, path, gate, link } = await shared(gated)
    const one = browser()
    const sent = await code(one, gate, ' Ada@Example.COM ')
    expect(sent.html).toContain('ada@example.com')
    const { proof, code: six } = await code(one, gate, 'ada@example.com')
    expect(six).toMatch(/^\d{6}$/)
    const entered = await one.form(gate, { proof, code: ` ${six.slice(0, 3)} ${six.slice(3)}` })
    expect([entered.status, entered.headers.get('location')]).toEqual([303, path])
    expect((await one.get(path)).status).toBe(200)
    const again = await browser().form(gate, { proof, code: six })
    expect(again.status).toBe(403)
    expect(await again.text()).toContain('This code has been used')
    const guests = house.site.sharing.links.guests(house.site.organization.id, id, link.id, 10)
    expect(guests.items).toMatchObject([{ email: 'ada@example.com', visits: 1 }])
  })

  test.each(['eve@example.com', 'ada@sub.example.com', 'ada@example.com.evil.test'])(
    'lets %p not in',
    async (email) => {
      const { gate } = await shared(gated)
      const before = house.site.letters.length
      expect((await code(browser(), gate, email)).status).toBe(403)
      expect(house.site.letters.length).toBe(before)
    },
  )

  test.each(['', 'ada', '@example.com', 'a b@example.com', 'ada@', 'ada@exa mple.com', 'a\r\nBcc: x@example.com'])(
    '%p is no address',
    async (email) => {
      const { gate } = await shared(gated)
      expect((await code(browser(), gate, email)).status).toBe(422)
    },
  )

  test('a code can be mistyped five times, and then not even the right one opens', async () => {
    const { gate } = await shared(gated)
    const one = browser()
    const { proof, code: six } = await code(one, gate, 'bob@example.com')
    const wrong = six === '000000' ? '000001' : '000000'
    const texts: string[] = []
    for (let n = 0; n < 5; n++) texts.push(await (await one.form(gate, { proof, code: wrong })).text())
    expect(texts.map((text) => text.includes('mistyped too often'))).toEqual([false, false, false, false, true])
    expect((await one.form(gate, { proof, code: six })).status).toBe(403)
  })

  test('a code is good for its address, its link and ten minutes', async () => {
    const [mine, other] = [await shared(gated), await shared(gated)]
    const one = browser()
    const first = await code(one, mine.gate, 'carol@example.com')
    const second = await code(one, other.gate, 'guest@other.test')
    expect((await one.form(mine.gate, { proof: second.proof, code: first.code })).status).toBe(403)
    expect((await one.form(other.gate, { proof: second.proof, code: first.code })).status).toBe(403)
    expect((await one.form(mine.gate, { proof: first.proof, code: '1' })).status).toBe(403)
    expect((await one.form(mine.gate, { proof: first.proof, code: first.code })).status).toBe(303)
  })

  test('whoever is put on the block list is out at once', async () => {
    const { path, gate, change } = await shared(gated)
    const one = browser()
    const { proof, code: six } = await code(one, gate, 'dora@example.com')
    await one.form(gate, { proof, code: six })
    expect((await one.get(path)).status).toBe(200)
    await change({ emailGate: { allow: [], block: ['example.com'] } })
    expect((await one.get(path)).status).toBe(403)
  })

  test('an address gets few letters', async () => {
    const { gate } = await shared(gated)
    const one = browser()
    let last = { status: 0, html: '' }
    for (let n = 0; n < 6; n++) last = await code(one, gate, 'fred@example.com')
    expect(last.status).toBe(429)
    expect(house.site.letters.filter(({ to }) => to === 'fred@example.com')).toHaveLength(5)
  })

  test('with a password both are asked for, in this order', async () => {
    const { path, gate } = await shared({ ...gated, password: 'open sesame' })
    const one = browser()
    const asked = await (await one.form(gate, { email: 'gina@example.com', password: 'wrong words' })).text()
    expect(asked).toContain('>Password</label>')
    const proof = proofIn(await (await one.form(gate, { password: 'open sesame' })).text())
    const next = proofIn(await (await one.form(gate, { proof, email: 'gina@example.com' })).text())
    expect((await one.form(gate, { proof: next, code: codeSentTo('gina@example.com') })).status).toBe(303)
    expect((await one.get(path)).status).toBe(200)
  })
})
