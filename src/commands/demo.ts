import { Value } from '@sinclair/typebox/value'
import { type Demo, demoSchema } from '../../modules/demo/index.ts'
import { createApp } from '../app.ts'
import { type Config, loadConfig } from '../config.ts'
import { callControl } from '../control/control.ts'
import { environment } from '../environment.ts'
import { createLogger } from '../observability/logs.ts'
import { flags } from './usage.ts'

/**
 * `encapsify demo [--json] [--data FOLDER]`: fills the data folder with the demo, through the server that runs on it when there
 * is one. Prints what was made; how far it is goes to the error stream, when that is a terminal.
 */
export async function run(args: string[]): Promise<number> {
  const { data, json } = flags(args, { data: { type: 'string' }, json: { type: 'boolean' } })
  const config = loadConfig(environment, { data })
  const line = new ProgressLine(process.stderr)
  try {
    line.show('Asking the running server')
    const demo = (await throughServer(config.data.folder)) ?? (await byItself(config, line))
    line.clear()
    console.log(json === true ? JSON.stringify(demo) : summary(demo))
    return 0
  } finally {
    line.clear()
  }
}

async function throughServer(folder: string): Promise<Demo | undefined> {
  const answer = await callControl(folder, 'demo', {})
  if (answer === undefined) return undefined
  if (Value.Check(demoSchema, answer.result)) return answer.result
  throw new Error('The running server is of another version: it answered with something else than a demo. Restart it.')
}

/** Nothing listens: the same operations, on the folder itself. */
async function byItself(config: Config, line: ProgressLine): Promise<Demo> {
  if (config.cluster !== undefined) {
    throw new Error('No server answers here: in a cluster the demo is made through a running node.')
  }
  line.show('Opening the data folder')
  const app = await createApp(config, { log: createLogger('silent', false) })
  try {
    return await app.demo((step, done, outOf) => line.show(`${done}/${outOf} ${step}`))
  } finally {
    await app.close()
  }
}

/** One line that is written over again and again, on a terminal only. */
class ProgressLine {
  constructor(private readonly stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write' | 'columns'>) {}

  show(words: string): void {
    if (this.stream.isTTY) this.stream.write(`\r\u001b[2K${words.slice(0, (this.stream.columns ?? 80) - 1)}`)
  }

  clear(): void {
    if (this.stream.isTTY) this.stream.write('\r\u001b[2K')
  }
}

function summary({ origin, organization, capsules, email, password, apiKey }: Demo): string {
  const wide = Math.max(...capsules.map((one) => one.title.length))
  return [
    `The demo is there: ${capsules.length} published capsules of the organization "${organization}".`,
    '',
    ...capsules.map((one) => `  ${one.title.padEnd(wide)}  ${one.url}`),
    '',
    `  Studio    ${origin}/studio`,
    `  E-mail    ${email}`,
    `  Password  ${password}`,
    `  API key   ${apiKey}  (made just now, not shown again)`,
  ].join('\n')
}
