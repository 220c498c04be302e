/** A process for the crash test: writes as fast as it is acknowledged, and prints each id only after that. */
import { openDatabases } from '../../src/db/files.ts'
import { newOrganizationId } from '../../src/db/ids.ts'
import { addEntry, openAccount } from '../fixtures/ledger-module.ts'

const [folder = '', round = ''] = process.argv.slice(2)
const db = await openDatabases({
  folder,
  shards: 2,
  writerUrl: new URL('../fixtures/ledger-writer.ts', import.meta.url),
  reportBug: () => {},
  onWriterLost: () => process.exit(1),
})
const organization = newOrganizationId()
await db.write(openAccount, organization, { id: organization })
process.stdout.write(`organization ${organization}\n`)
let next = 0
const producer = async () => {
  for (;;) {
    const id = `${round}-${next++}`
    await db.write(addEntry, organization, { id, text: 'x'.repeat(100), followUp: next % 10 === 0 })
    process.stdout.write(`${id}\n`)
  }
}
await Promise.all(Array.from({ length: 50 }, producer))
