import { servePositions } from './node/position-worker.ts'

servePositions()
