import { serveWriter } from './db/writer-worker.ts'
import { writerModules } from './operations.ts'

serveWriter(writerModules)
