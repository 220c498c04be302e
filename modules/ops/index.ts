export { type OpsDeps, openOps } from './ops.ts'
