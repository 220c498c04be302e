/** `commit-times.ts`: when LiteFS says, here, that a transaction stands: a line of the moment and the database for each. To be run on the primary. */
import { LitefsEvents } from '../../../src/node/litefs-events.ts'

new LitefsEvents(
  () => {},
  (database) => console.log(`${performance.timeOrigin + performance.now()} ${database}`),
)
