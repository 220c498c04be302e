import type { WriterModule } from './db/committer.ts'

/** What the modules write with: their operations and migrations, and nothing else of them. */
export const writerModules: readonly WriterModule[] = []
