export { type OpsDeps, openOps } from './ops.ts'
export type { NodeState } from './state.ts'
