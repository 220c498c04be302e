import type { PurgeRequest } from '../../modules/delivery/index.ts'
import { loadConfig } from '../config.ts'
import { callControl } from '../control/control.ts'
import { environment } from '../environment.ts'
import { fail, flags } from './usage.ts'

/**
 * `encapsify purge [--path P …] [--tag T …] [--organization O] [--all] [--data FOLDER]`: throws pages out of every cache, through
 * the server that runs on the folder: on every node, and in the CDN when one is told.
 */
export async function run(args: string[]): Promise<number> {
  const many = { type: 'string', multiple: true } as const
  const given = flags(args, {
    path: many,
    tag: many,
    organization: { type: 'string' },
    all: { type: 'boolean' },
    data: { type: 'string' },
  })
  const request: PurgeRequest = {
    paths: given.path,
    tags: given.tag,
    organization: given.organization,
    everything: given.all,
  }
  if (Object.values(request).every((one) => one === undefined)) {
    return fail('Say what to purge: --path, --tag, --organization or --all.')
  }
  const config = loadConfig(environment, { data: given.data })
  const answer = await callControl(config.data.folder, 'purge', request)
  if (answer === undefined) return fail(`No server runs on ${config.data.folder}: there is nothing to purge.`, 1)
  console.log('Purged here; other nodes and the CDN follow.')
  return 0
}
