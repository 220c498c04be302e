import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { Plans } from '../../test/fixtures/plans.ts'
import { openMemoryDatabases } from '../db/memory.ts'
import { JobRunner } from '../jobs/jobs.ts'
import type { Carrier, Parcel } from './mailer.ts'
import { deliverLetter, mailModule } from './operations.ts'
import { Outbox } from './outbox.ts'
import { PostOffice } from './post-office.ts'
import { domainOf, SmtpCarrier } from './smtp.ts'

const cleanUp: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const work of cleanUp.splice(0)) await work()
})

const letter = { to: 'ada@example.com', subject: 'Grüße', text: 'The token is s3cr3t.\n.\nEnd.' }
const parcel: Parcel = { ...letter, id: 'let_1', writtenMs: 1_800_000_000_000 }

function setUp(carrier: Carrier) {
  const clock = { nowMs: 1_800_000_000_000 }
  const plans = new Plans()
  const db = openMemoryDatabases({ modules: [mailModule], nowMs: () => clock.nowMs, onStatement: plans.onStatement })
  const log: string[] = []
  const hear = (fields: object) => void log.push(JSON.stringify(fields))
  const jobs = new JobRunner({
    databases: db,
    log: { warn: hear, error: hear },
    nowMs: () => clock.nowMs,
    random: () => 0,
  })
  const mailer = new PostOffice({ databases: db, jobs, carrier })
  const everything = () =>
    ['letter', 'job', 'change', 'operation_result'].map((table) =>
      JSON.stringify(db.readDirectory((tx) => tx.all(sql.raw(`SELECT * FROM ${table}`)))),
    )
  return { clock, db, jobs, mailer, plans, log, everything: () => everything().join('\n') }
}

describe('the post office', () => {
  test('a letter is stored, delivered once, and leaves nothing behind', async () => {
    const delivered: Parcel[] = []
    const { jobs, mailer, everything } = setUp({ deliver: async (one) => void delivered.push(one) })
    await mailer.send(letter)
    expect(everything()).toContain('s3cr3t')
    await jobs.settled()
    await jobs.settled()
    expect(delivered).toEqual([{ ...parcel, id: expect.stringMatching(/^let_/) }])
    expect(everything()).not.toContain('s3cr3t')
  })

  test('every statement has an index', async () => {
    const { jobs, mailer, plans } = setUp({ deliver: async () => {} })
    await mailer.send(letter)
    await jobs.settled()
    expect(plans.count).toBeGreaterThan(5)
    // At most `waitingMax` letters are ever looked through.
    expect(plans.scans(['letter'])).toEqual([])
  })

  test('a mail server that is away gets the letter later, under the same id', async () => {
    const tries: string[] = []
    const { clock, jobs, mailer } = setUp({
      deliver: async ({ id }) => {
        if (tries.push(id) < 3) throw new Error('away')
      },
    })
    await mailer.send(letter)
    for (let n = 0; n < 5; n++) {
      await jobs.settled()
      clock.nowMs += 60_000
    }
    expect(tries).toHaveLength(3)
    expect(new Set(tries).size).toBe(1)
  })

  test('a letter that is given up leaves no token, neither in a dead job nor in the log', async () => {
    let tries = 0
    const { clock, jobs, mailer, everything, log } = setUp({
      deliver: async () => {
        tries++
        throw new Error('no such mailbox')
      },
    })
    await mailer.send(letter)
    for (let n = 0; n < deliverLetter.attemptsMax + 1; n++) {
      await jobs.settled()
      clock.nowMs += 3_600_000
    }
    expect(tries).toBe(deliverLetter.attemptsMax)
    expect(jobs.counts()).toMatchObject({ waiting: 0, dead: 1 })
    expect(everything()).toContain('no such mailbox')
    expect(everything() + log.join()).not.toContain('s3cr3t')
  })

  test.each([
    { ...letter, to: 'a@b.c\nBcc: d@e.f' },
    { ...letter, subject: 'x\r\nBcc: d@e.f' },
    { ...letter, to: '' },
    { ...letter, text: 'x'.repeat(20_001) },
  ])('what would be another header, or too long, is refused', async (bad) => {
    const { mailer } = setUp({ deliver: async () => {} })
    await expect(mailer.send(bad)).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('without a mail server', () => {
  test('a letter is a file for its owner alone, and the log says where and nothing more', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outbox-'))
    cleanUp.push(() => rmSync(folder, { recursive: true }))
    const log: string[] = []
    const outbox = new Outbox(join(folder, 'outbox'), 'Encapsify <no-reply@localhost>', {
      info: (fields, message) => void log.push(`${JSON.stringify(fields)} ${message}`),
    })
    await outbox.deliver(parcel)
    await outbox.deliver(parcel)
    const files = readdirSync(join(folder, 'outbox'))
    expect(files).toEqual(['let_1.txt'])
    const file = join(folder, 'outbox', 'let_1.txt')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'outbox')).mode & 0o777).toBe(0o700)
    expect(readFileSync(file, 'utf8')).toContain('To: ada@example.com\nSubject: Grüße\n')
    expect(readFileSync(file, 'utf8')).toContain('s3cr3t')
    expect(log[0]).toContain(file)
    expect(log.join()).not.toContain('s3cr3t')
  })
})

/** As much SMTP (RFC 5321) as one letter needs. */
function smallMailServer(refusal?: string) {
  const received: { lines: string[]; data: string }[] = []
  const server: Server = createServer((socket) => {
    const mail = { lines: [] as string[], data: '' }
    received.push(mail)
    let inData = false
    let rest = ''
    socket.write('220 small ESMTP\r\n')
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      rest += bytes.toString()
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (inData) {
          if (line === '.') {
            inData = false
            socket.write('250 kept\r\n')
          } else mail.data += `${line.replace(/^\.\./, '.')}\n`
          continue
        }
        mail.lines.push(line)
        if (line.startsWith('RCPT') && refusal !== undefined) socket.write(`${refusal}\r\n`)
        else if (line === 'DATA') {
          inData = true
          socket.write('354 go on\r\n')
        } else if (line === 'QUIT') socket.end('221 bye\r\n')
        else socket.write('250 fine\r\n')
      }
    })
  })
  return new Promise<{ url: string; received: typeof received }>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      cleanUp.push(() => new Promise((closed) => server.close(() => closed())))
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      resolve({ url: `smtp://127.0.0.1:${port}`, received })
    })
  })
}

describe('by SMTP', () => {
  test('a letter arrives whole, from us, to one', async () => {
    const { url, received } = await smallMailServer()
    await new SmtpCarrier(url, 'Encapsify <post@capsules.example.com>').deliver(parcel)
    const [mail] = received
    expect(mail?.lines).toContain('MAIL FROM:<post@capsules.example.com>')
    expect(mail?.lines).toContain('RCPT TO:<ada@example.com>')
    expect(mail?.data).toContain('Message-ID: <let_1@capsules.example.com>')
    expect(mail?.data).toContain('Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=')
    expect(mail?.data).toContain('The token is s3cr3t.\n.\nEnd.')
  })

  test('an address is one address, whatever stands in it', async () => {
    const { url, received } = await smallMailServer()
    const carrier = new SmtpCarrier(url, 'post@example.com')
    await carrier.deliver({ ...parcel, to: 'a@example.com,b@example.com' }).catch(() => {})
    const recipients = received.flatMap(({ lines }) => lines.filter((line) => line.startsWith('RCPT')))
    expect(recipients.length).toBeLessThanOrEqual(1)
  })

  test('a refusal is an error that says why and repeats no text', async () => {
    const { url } = await smallMailServer('550 5.1.1 no such mailbox')
    const refused = await new SmtpCarrier(url, 'post@example.com').deliver(parcel).catch((error) => error)
    expect(String(refused)).toContain('no such mailbox')
    expect(JSON.stringify({ ...refused }) + refused.stack).not.toContain('s3cr3t')
  })

  test('a server that is not there is an error', async () => {
    const { url } = await smallMailServer()
    for (const work of cleanUp.splice(0)) await work()
    await expect(new SmtpCarrier(url, 'post@example.com').deliver(parcel)).rejects.toThrow('did not take the letter')
  })
})

test.each([
  ['Encapsify <no-reply@example.com>', 'example.com'],
  ['no-reply@example.com', 'example.com'],
  ['nobody', 'localhost'],
])('%s writes from %s', (from, domain) => {
  expect(domainOf(from)).toBe(domain)
})
