export { Live } from './live.ts'
export { Realtime, type RealtimeDeps } from './realtime.ts'
