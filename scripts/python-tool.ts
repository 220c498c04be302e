import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { toolsFolder } from './tools.ts'

/** Packages of PyPI in an environment of their own, installed the first time. Returns its folder. */
export async function pythonTool(name: string, packages: readonly string[]): Promise<string> {
  const home = join(toolsFolder, name)
  if (existsSync(join(home, 'ready'))) return home
  if (Bun.which('python3') === null) throw new Error(`python3 is needed for ${name}.`)
  // Written down as ready at the end: an installation that was cut off is begun again.
  rmSync(home, { recursive: true, force: true })
  mkdirSync(toolsFolder, { recursive: true })
  await run(['python3', '-m', 'venv', home])
  await run([join(home, 'bin/pip'), 'install', '--quiet', ...packages])
  await Bun.write(join(home, 'ready.new'), '')
  renameSync(join(home, 'ready.new'), join(home, 'ready'))
  return home
}

async function run(command: string[]): Promise<void> {
  const child = Bun.spawn(command, { stdout: 'inherit', stderr: 'inherit' })
  if ((await child.exited) !== 0) throw new Error(`${command.join(' ')} failed.`)
}
