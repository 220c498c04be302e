/** One region's edge proxy as a process: `--region ams --port 8080 --machines FILE`. The file is read again when it changes. */
import { readFileSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Machine } from './fly-machines.ts'
import { FlyProxy } from './fly-proxy.ts'

interface MachinesFile {
  readonly machines: readonly Machine[]
  readonly distances: readonly { readonly from: string; readonly to: string; readonly ms: number }[]
}

const rereadMs = 500
const text = { type: 'string' } as const
const { values } = parseArgs({ options: { region: text, port: text, machines: text } })
const { region = '', port = '8080', machines: path = '' } = values

let readMs = 0
const first = read()
const proxy = new FlyProxy({ region, app: first.machines[0]?.app ?? '' })
apply(first)
setInterval(() => {
  if (statSync(path).mtimeMs !== readMs) apply(read())
}, rereadMs)
console.log(`fly-proxy stand-in for ${region} on port ${await proxy.listen(Number(port), '0.0.0.0')}`)

function read(): MachinesFile {
  readMs = statSync(path).mtimeMs
  return JSON.parse(readFileSync(path, 'utf8')) as MachinesFile
}

function apply({ machines, distances }: MachinesFile): void {
  const to = new Map(distances.filter(({ from }) => from === region).map(({ to, ms }) => [to, ms]))
  proxy.machines.machines = machines
  proxy.machines.distanceTo = (name) => to.get(name) ?? Number.MAX_SAFE_INTEGER
}
