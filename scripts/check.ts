/** `./scripts/check`: format, lint and types; boundaries and tidiness are tests. Writes dist/check.json. */
import { mkdirSync, writeFileSync } from 'node:fs'

const steps: Readonly<Record<string, readonly string[]>> = {
  format: ['node_modules/.bin/biome', 'format', '.'],
  lint: ['node_modules/.bin/biome', 'lint', '--error-on-warnings', '.'],
  imports: ['node_modules/.bin/biome', 'check', '--linter-enabled=false', '--formatter-enabled=false', '.'],
  types: ['node_modules/.bin/tsc', '-p', '.'],
  boundaries: [process.execPath, 'test', './test/boundaries.test.ts'],
  tidy: [process.execPath, 'test', './test/tidy.test.ts'],
}

let failed = 0
for (const [name, command] of Object.entries(steps)) {
  const child = Bun.spawn([...command], { stdout: 'pipe', stderr: 'pipe' })
  const output = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text())
  const ok = (await child.exited) === 0
  console.log(`${ok ? '✓' : '✗'} ${name}`)
  if (!ok) {
    failed++
    console.log(output)
  }
}
mkdirSync('dist', { recursive: true })
writeFileSync('dist/check.json', JSON.stringify({ passed: Object.keys(steps).length - failed, failed }))
if (failed > 0) process.exitCode = 1
