import { join } from 'node:path'
import { pythonTool } from '../python-tool.ts'
import { type Server, start } from './servers.ts'

/** The proxy that is the peer of this benchmark, from PyPI, with one worker as it comes; installed the first time (about 6 minutes). */
export async function litellm(folder: string, port: number, upstream: string): Promise<Server> {
  const home = await pythonTool('litellm-1.106.2', ['litellm[proxy]==1.106.2'])
  const config = join(folder, 'litellm.yaml')
  const parameters = { model: 'openai/fast', api_base: `${upstream}/v1`, api_key: 'sk-mock' }
  // JSON is YAML too.
  await Bun.write(config, JSON.stringify({ model_list: [{ model_name: 'fast', litellm_params: parameters }] }))
  const command = [join(home, 'bin/litellm'), '--config', config, '--host', '127.0.0.1', '--port', String(port)]
  return start(command, {
    port,
    folder,
    ready: '/health/liveliness',
    env: {
      // It would fetch prices and tell of itself otherwise.
      ...{ LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_LOG: 'ERROR' },
      // It listens on this machine alone, and starts with no key only when it is told to.
      LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'true',
    },
    waitMs: 120_000,
  })
}
