import { BadUsage, fail } from './commands/usage.ts'

/** Each command is loaded when it is asked for: `version` need not wait for the server's code. */
const commands: Readonly<Record<string, () => Promise<{ run(args: string[]): Promise<number> }>>> = {
  help: () => import('./commands/help.ts'),
  version: () => import('./commands/version.ts'),
  serve: () => import('./commands/serve.ts'),
  node: () => import('./commands/node.ts'),
  demo: () => import('./commands/demo.ts'),
  purge: () => import('./commands/purge.ts'),
  sla: () => import('./commands/sla.ts'),
  doctor: () => import('./commands/doctor.ts'),
}

const given = process.argv.slice(2)
const explicit = given[0] !== undefined && (!given[0].startsWith('-') || /^(--help|-h|--version)$/.test(given[0]))
const [first = 'serve', ...rest] = explicit ? given : ['serve', ...given]
const name = first === '--help' || first === '-h' ? 'help' : first === '--version' ? 'version' : first
const load = commands[name]
process.exitCode =
  load === undefined
    ? fail(`There is no command "${name}". See: encapsify help`)
    : await load()
        .then(({ run }) => run(rest))
        .catch((error: unknown) =>
          fail(error instanceof Error ? error.message : String(error), error instanceof BadUsage ? 2 : 1),
        )
