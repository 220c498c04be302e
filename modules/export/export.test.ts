import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Elysia } from 'elysia'
import { newId } from '../../src/db/ids.ts'
import { problems } from '../../src/http/problem.ts'
import { documentOf, headingOf, openHouse, origin } from '../../test/fixtures/capsule-house.ts'
import { Conversations } from '../ai/chat/conversations.ts'
import { Analytics } from '../analytics/index.ts'
import { Domains } from '../domains/index.ts'
import { PasswordHashes } from '../identity/password-hashes.ts'
import { mediaConfig, openMedia } from '../media/index.ts'
import { AccessControl, accessPlugin, Members, type Permission, permissions } from '../organization/index.ts'
import { Sharing } from '../sharing/index.ts'
import { Webhooks } from '../webhooks/webhooks.ts'
import { exportRoutes } from './routes.ts'

const poll = documentOf({
  id: 'q',
  type: 'poll',
  question: 'Which?',
  choices: [
    { id: 'a', text: 'Apple' },
    { id: 'b', text: 'Pear' },
  ],
})
const longName = `Grüße: ${'ä'.repeat(120)}/a.txt`

let world: Awaited<ReturnType<typeof open>>
beforeAll(async () => {
  world = await open()
})
afterAll(async () => {
  await world.close()
})

/** Two organizations with something of everything, over real stores in a folder. */
async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-export-'))
  const house = await openHouse()
  const { db, jobs, ours, theirs, capsules, publications, responses, documents, secrets, organizations } = house
  const reportBug = (error: unknown) => house.bugs.push(error)
  const letters: { text: string }[] = []
  const members = new Members(db, { send: async (letter) => void letters.push(letter) }, origin)
  const config = mediaConfig({}, folder)
  const media = openMedia({
    ...{
      db,
      jobs,
      config,
      nativeFolder: join(folder, 'native'),
      secrets,
      reportBug,
    },
  })
  const sharing = new Sharing({
    ...{ databases: db, capsules, responses, secrets, origin, hashes: new PasswordHashes() },
    assets: media.assets,
    mailer: { send: async () => {} },
    addressOf: () => '203.0.113.7',
  })
  const analytics = new Analytics({
    ...{ ...house, databases: db, config: { countryHeader: undefined }, origin, addressOf: () => '203.0.113.7' },
    ...{ position: () => '1.7', isOwn: () => false, contextOf: () => undefined, siteOf: () => undefined, reportBug },
    tellLead: async () => {},
  })
  const webhooks = new Webhooks({ db, responses, secrets })
  const domains = new Domains({
    ...{ db, jobs, origin, certificates: undefined, log: { warn: () => {} } },
    config: { nameServers: ['127.0.0.1:9'], flyApp: undefined, flyToken: undefined },
  })
  const chats = new Conversations(db)
  const deps = {
    chats,
    organizations,
    members,
    capsules,
    publications,
    documents,
    responses,
    sharing,
    webhooks,
    domains,
    media,
    origin,
  }
  const routesWith = (access: ReturnType<typeof accessPlugin>) =>
    exportRoutes({ ...deps, access, visits: analytics.visits, reportBug })
  house.app.use(routesWith(house.access))

  const fill = async ({ organizationId }: typeof ours, word: string, bytes: string) => {
    const { id } = await capsules.create(organizationId, { title: `${word} poll`, draft: poll })
    await publications.publish(organizationId, id, 'usr_x')
    for (const value of [['a'], ['b']]) {
      await responses.submit(
        id,
        { id: `${word}-${value[0]}`.padEnd(24, 'x'), version: 1, block: 'q', value },
        `visitor-${value[0]}`,
      )
    }
    await capsules.saveDraft(organizationId, id, null, headingOf(`${word} second`))
    await publications.publish(organizationId, id, 'usr_x')
    await capsules.saveDraft(organizationId, id, null, headingOf(`${word} draft`))
    await capsules.create(organizationId, { title: `${word} only a draft` })
    const gone = await capsules.create(organizationId, { title: `${word} deleted` })
    await capsules.move(organizationId, gone.id, 'delete')
    const settings = { password: 'open sesame', expiresAt: null, emailGate: null, downloads: true }
    await sharing.links.create(organizationId, id, { name: `${word} link`, ...settings }, 'usr_x')
    await webhooks.create(organizationId, {
      ...{ url: `https://${word}.example/hook`, name: word, events: ['response.created'] },
    })
    await domains.add(organizationId, `${word}.example.com`)
    await analytics.backfill(organizationId, [
      {
        ...{ capsuleId: id, visitor: 'v'.repeat(20), email: null, link: '', source: 'news.example', campaign: '' },
        ...{ country: 'NO', device: 'phone', view: 'w'.repeat(16), page: 'start', from: null, ms: 5_000, gone: true },
        ...{ atMs: Date.now() - 60_000, acts: [] },
      },
    ])
    const asked = { conversationId: newId('cnv', organizationId), capsuleId: id, visitor: `visitor-${word}` }
    const said = { id: newId('trn', organizationId), question: `${word} question?`, answer: `${word}, "so" [1]` }
    const citations = [{ number: 1, page: 'start', block: 'q', heading: word, quote: word }]
    await chats.record(organizationId, asked, { ...said, source: 'extract', citations })
    await chats.rate(organizationId, { ...asked, id: said.id }, 1)
    await chats.leave(organizationId, { ...asked, email: `eve@${word}.example` })
    const source = new Blob([bytes]).stream()
    await using staged = await media.staging.receive(source, 1_000_000)
    const content = await media.intake.take(organizationId, staged, 'text/plain')
    const asset = await media.assets.create(organizationId, { name: longName, alt: 'Words', by: 'usr_x', content })
    // A name may be changed to one that no file has.
    await media.assets.change(organizationId, asset.id, { name: longName })
    return { asset }
  }
  const { asset } = await fill(ours, 'ours', 'our bytes '.repeat(100))
  await fill(theirs, 'theirs', 'their bytes')

  const keyWith = async (...scopes: Permission[]) =>
    (await house.keys.create(ours.organizationId, { name: 'k', scopes, createdBy: 'usr_x' })).key
  return {
    ...house,
    ...{ folder, incoming: join(config.folder, 'incoming'), media, asset, members, letters, routesWith, keyWith },
    download: (key: string) =>
      house.app.handle(
        new Request(`${origin}/api/v1/organization/export`, { headers: { authorization: `Bearer ${key}` } }),
      ),
    async close() {
      expect(house.bugs).toEqual([])
      await sharing.close()
      await analytics.close()
      await jobs.close()
      media.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The files of an archive, as the system's tar unpacks them. */
async function unpacked(answer: Response): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(world.folder, 'unpacked-'))
  const tar = Bun.spawn(['tar', '-x', '-C', folder, '-f', '-'], {
    stdin: answer,
    stderr: 'pipe',
    env: { LC_ALL: 'C.UTF-8' },
  })
  const [status, said] = await Promise.all([tar.exited, new Response(tar.stderr).text()])
  expect([status, said]).toEqual([0, ''])
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')] as const),
  )
}

const parsed = (files: ReadonlyMap<string, string>, path: string) => JSON.parse(files.get(path) ?? 'null')

describe('GET /organization/export', () => {
  test('holds what was made, and its manifest says how much that is', async () => {
    const answer = await world.download(world.ours.key)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="our-team-\d{4}-\d\d-\d\d\.tar"$/)
    const files = await unpacked(answer)
    const media = [...files.keys()].filter((path) => path.startsWith('media/'))
    expect([...files.keys()].filter((path) => !media.includes(path)).toSorted()).toEqual(
      [
        ...['capsule', 'document', 'links'].map((name) => `capsules/ours-only-a-draft/${name}.json`),
        'capsules/ours-only-a-draft/conversations.jsonl',
        ...['leads', 'responses', 'visits'].map((name) => `capsules/ours-only-a-draft/${name}.csv`),
        ...['capsule.json', 'conversations.jsonl', 'document.json', 'leads.csv', 'links.json', 'responses.csv'].map(
          (name) => `capsules/ours-poll/${name}`,
        ),
        ...['versions/1.json', 'versions/2.json', 'visits.csv'].map((name) => `capsules/ours-poll/${name}`),
        ...['domains.json', 'manifest.json', 'media.csv', 'members.csv', 'organization.json', 'webhooks.json'],
      ].toSorted(),
    )
    expect(parsed(files, 'organization.json')).toMatchObject({ slug: 'our-team', name: 'Ours' })
    expect(files.get('members.csv')).toContain(',Ours,Ours@example.com,owner\r\n')
    expect(parsed(files, 'capsules/ours-poll/document.json')).toEqual(headingOf('ours draft'))
    expect(parsed(files, 'capsules/ours-poll/versions/1.json')).toEqual(poll)
    expect(files.get('capsules/ours-poll/responses.csv')).toMatch(/Apple\r\n.*Pear\r\n$/)
    expect(files.get('capsules/ours-poll/visits.csv')).toContain('news.example')
    expect(parsed(files, 'capsules/ours-poll/conversations.jsonl')).toMatchObject({
      lead: { email: 'eve@ours.example' },
      turns: [{ question: 'ours question?', answer: 'ours, "so" [1]', rating: 1, citations: [{ block: 'q' }] }],
    })
    expect(files.get('capsules/ours-poll/leads.csv')).toMatch(/,eve@ours\.example,cnv_\w+,ours question\?\r\n$/)
    expect(parsed(files, 'capsules/ours-poll/links.json')).toMatchObject([{ name: 'ours link', hasPassword: true }])
    expect(parsed(files, 'domains.json')).toMatchObject([{ domain: 'ours.example.com', state: 'waiting' }])
    expect(parsed(files, 'webhooks.json')).toMatchObject([{ url: 'https://ours.example/hook' }])
    expect(media).toEqual([expect.stringMatching(new RegExp(`^media/${world.asset.id}-Grüße_ ä+\\.txt$`))])
    expect(files.get(media[0] ?? '')).toBe('our bytes '.repeat(100))
    expect(files.get('media.csv')).toContain(`${media[0]},${longName},Words`)
    const manifest = parsed(files, 'manifest.json')
    expect(manifest).toMatchObject({
      ...{ format: 1, organization: 'our-team', files: files.size - 1 },
      counts: {
        ...{
          members: 1,
          capsules: 2,
          versions: 2,
          responses: 2,
          visits: 1,
          conversations: 1,
          leads: 1,
          links: 1,
          webhooks: 1,
          domains: 1,
          media: 1,
        },
        mediaMissing: 0,
      },
    })
    expect(manifest.bytes).toBe(
      [...files].reduce((sum, [path, text]) => sum + (path === 'manifest.json' ? 0 : Buffer.byteLength(text)), 0),
    )
  })

  test("has nothing of another organization's, and no secret", async () => {
    const files = await unpacked(await world.download(world.theirs.key))
    const all = [...files].flat().join('\n')
    expect(all).toContain('theirs draft')
    expect(all).not.toMatch(/\bours?\b|our-team|our bytes/)
    expect(all).not.toMatch(/sesame|argon2|whsec_|\benc_/)
  })

  test('is for owners, and for keys that may read all of it', async () => {
    const { organizations, ours, letters, keys } = world
    const { id, name } = organizations.byId(ours.organizationId) ?? { id: ours.organizationId, name: '' }
    const person = { userId: 'usr_viewer', email: 'viewer@example.com', name: 'A viewer' }
    for (const role of ['viewer', 'editor'] as const) {
      const who = { ...person, userId: `usr_${role}`, email: `${role}@example.com` }
      await world.members.invite({ id, name }, who.email, role)
      await world.members.accept(/invitations\/([\w-]+)/.exec(letters.at(-1)?.text ?? '')?.[1] ?? '', who)
      const control = new AccessControl(async () => who, organizations, world.members, keys)
      const request = new Request(`${origin}/api/v1/organization/export`)
      const app = new Elysia()
        .use(problems({ reportBug: (error) => world.bugs.push(error), methodsAt: () => [] }))
        .use(world.routesWith(accessPlugin(control)))
      expect(await (await app.handle(request)).json()).toMatchObject({ code: 'forbidden' })
    }
    for (const left of ['organization:write', 'capsules:read', 'responses:read', 'members:read'] as const) {
      const key = await world.keyWith(...permissions.filter((scope) => scope !== left))
      const refused = await world.download(key)
      expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
        403,
        `This API key lacks the scope "${left}".`,
      ])
    }
  })

  test('is read as fast as it is taken, and what it wrote down is gone with its reader', async () => {
    const answer = await world.download(world.ours.key)
    const { list } = world.capsules
    let reads = 0
    world.capsules.list = (...query) => {
      reads++
      return list.apply(world.capsules, query)
    }
    const { incoming } = world
    const reader = answer.body?.getReader()
    try {
      await reader?.read()
      expect([reads, readdirSync(incoming)]).toEqual([0, []])
      // The header and the bytes of organization.json, its padding, and then the header of a table that lies on the disk.
      for (let part = 0; part < 3; part++) await reader?.read()
      expect([reads, readdirSync(incoming).length]).toEqual([0, 1])
    } finally {
      await reader?.cancel()
      world.capsules.list = list
    }
    expect(readdirSync(incoming)).toEqual([])
  })

  test('a few times an hour', async () => {
    for (let n = 0; n < 4; n++) await (await world.download(world.theirs.key)).body?.cancel()
    expect((await world.download(world.theirs.key)).status).toBe(429)
  })
})
