import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { toolsFolder } from './tools.ts'

/** moto 5.1, an S3 server for tests: installed from PyPI into a folder of its own the first time. Returns its program. */
export async function motoServer(): Promise<string> {
  const home = join(toolsFolder, 'moto-5.1')
  const program = join(home, 'bin/moto_server')
  if (existsSync(join(home, 'ready'))) return program
  if (Bun.which('python3') === null) throw new Error('The S3 tests need python3, for the server that they run against.')
  // Written down as ready at the end: an installation that was cut off is begun again.
  rmSync(home, { recursive: true, force: true })
  mkdirSync(toolsFolder, { recursive: true })
  await run(['python3', '-m', 'venv', home])
  await run([join(home, 'bin/pip'), 'install', '--quiet', 'moto[server,s3]==5.1.*'])
  await Bun.write(join(home, 'ready.new'), '')
  renameSync(join(home, 'ready.new'), join(home, 'ready'))
  return program
}

async function run(command: string[]): Promise<void> {
  const child = Bun.spawn(command, { stdout: 'inherit', stderr: 'inherit' })
  if ((await child.exited) !== 0) throw new Error(`${command.join(' ')} failed.`)
}
