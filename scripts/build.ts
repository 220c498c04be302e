/** `./scripts/build [web]`: the web assets, then the single executable `dist/encapsify`. */
import { statSync } from 'node:fs'
import { buildAside } from './build-aside.ts'
import { buildWeb } from './build-web.ts'
import { embedSharp } from './sharp-plugin.ts'

const startedMs = performance.now()
console.log(`web: ${await buildWeb()} entries`)
if (process.argv[2] !== 'web') {
  await buildAside()
  await Bun.build({
    entrypoints: ['src/main.ts', 'src/writer.ts', 'src/positions.ts'],
    target: 'bun',
    format: 'esm',
    // What a command or a rare request needs is read when it is asked for.
    splitting: true,
    bytecode: true,
    // Names stay: errors and metrics speak of functions.
    minify: { whitespace: true, syntax: true, identifiers: false },
    sourcemap: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [embedSharp()],
    compile: { outfile: 'dist/encapsify', assets: ['dist/web', 'dist/aside'] } as never,
  })
  console.log(`dist/encapsify: ${(statSync('dist/encapsify').size / 1e6).toFixed(0)} MB`)
}
console.log(`built in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`)
