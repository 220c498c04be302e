import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { report } from './report.ts'
import { binary, type Demo, remove, start, temporaryFolder } from './servers.ts'

const photosCount = 200
const memoryBytes = 512 * 1_048_576
const port = 3_930
/** cgroup v2 has one tree, v1 one for memory. */
const roots = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup']

/** 200 distinct photos of 24 megapixels and variants of them, all at once, on a machine of 512 MB; pages are asked for meanwhile. */
export async function burst(): Promise<void> {
  const folder = temporaryFolder()
  const group = memoryGroup()
  try {
    if (group === undefined) return console.log('  burst: no control group for memory may be made here')
    const bytes = await sharp({
      create: {
        width: 6_000,
        height: 4_000,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 20 },
      },
    })
      .blur(3)
      .jpeg({ quality: 85 })
      .toBuffer()
    const made = await filled(folder, group)
    await using server = await start(
      // The shell joins the group and becomes the server.
      [
        '/bin/sh',
        '-c',
        'echo $$ > "$0"; exec "$@"',
        join(group, 'cgroup.procs'),
        binary,
        'serve',
        '--data',
        folder,
        '--port',
        String(port),
        '--host',
        '127.0.0.1',
      ],
      { port, folder, ready: '/health/ready', env: { ENCAPSIFY_URL: `http://localhost:${port}` } },
    )
    const url = new URL(made.capsules[0]?.url ?? '', server.origin)
    const address = server.origin + url.pathname
    const quiet = await pages(address, folder, async () => Bun.sleep(3_000))
    const statuses = new Map<string, number>()
    const count = (what: string) => statuses.set(what, (statuses.get(what) ?? 0) + 1)
    const busy = await pages(address, folder, () => all(server.origin, made.apiKey, bytes, count))
    const unexpected = [...statuses]
      .filter(([what]) => !/ (200|201|503)$/.test(what))
      .reduce((sum, [, n]) => sum + n, 0)
    const note = [...statuses].map(([what, n]) => `${what}: ${n}`).join(', ')
    report({
      name: 'burst under 512 MB: answers other than 200, 201 and 503',
      value: unexpected,
      unit: '',
      bar: { kind: 'most', value: 0 },
      note,
    })
    report({
      name: 'burst under 512 MB: killed for memory',
      value: kills(group),
      unit: '',
      bar: { kind: 'most', value: 0 },
    })
    report({
      name: 'page meanwhile, p99, from another process',
      value: busy.p99,
      unit: 'ms',
      bar: { kind: 'most', value: 50 },
      note: `p50 ${busy.p50.toFixed(1)} ms; before the burst p99 ${quiet.p99.toFixed(1)} ms`,
    })
  } finally {
    remove(folder)
    if (group !== undefined) rmdirSync(group)
  }
}

/** Uploads at once, each followed at once by two variants; what hears 503 is not tried again. */
async function all(origin: string, apiKey: string, bytes: Buffer, count: (what: string) => void): Promise<void> {
  await Promise.all(
    Array.from({ length: photosCount }, async (_, n) => {
      // Behind the end of a JPEG anything may follow: another file of the same pixels.
      const form = new FormData()
      form.set('file', new File([Uint8Array.from(bytes), `photo ${n}`], `${n}.jpg`))
      const headers = { authorization: `Bearer ${apiKey}` }
      const answered = await fetch(`${origin}/api/v1/assets`, { method: 'POST', body: form, headers }).catch(
        () => undefined,
      )
      count(`upload ${answered?.status ?? 'broken'}`)
      if (answered?.status === 503 && answered.headers.get('retry-after') === null) count('503 without Retry-After')
      if (answered?.status !== 201) return void (await answered?.arrayBuffer().catch(() => undefined))
      const { url } = (await answered.json()) as { url: string }
      await Promise.all(
        ['w=800&format=webp', 'w=1280&format=jpeg'].map(async (query) => {
          const variant = await fetch(`${origin}${new URL(url).pathname}?${query}`).catch(() => undefined)
          count(`variant ${variant?.status ?? 'broken'}`)
          await variant?.arrayBuffer().catch(() => undefined)
        }),
      )
    }),
  )
}

/** How long pages take while something goes on: asked for every 20 ms from a process that does nothing else. */
async function pages(url: string, folder: string, during: () => Promise<void>): Promise<{ p50: number; p99: number }> {
  const script = `const took = []
    let ends = false
    process.stdin.once('data', () => { ends = true })
    while (!ends) {
      const startedMs = performance.now()
      const answer = await fetch(${JSON.stringify(url)})
      await answer.text()
      took.push(answer.ok ? performance.now() - startedMs : 10_000)
      await Bun.sleep(20)
    }
    took.sort((a, b) => a - b)
    const at = (share) => took[Math.floor(share * (took.length - 1))] ?? 0
    console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99) }))
    process.exit(0)`
  await Bun.write(`${folder}/pages.ts`, script)
  const child = Bun.spawn([process.execPath, `${folder}/pages.ts`], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  await during()
  child.stdin.write('end\n')
  await child.stdin.end()
  return JSON.parse(await new Response(child.stdout).text()) as { p50: number; p99: number }
}

async function filled(folder: string, group: string): Promise<Demo> {
  const command = ['/bin/sh', '-c', 'echo $$ > "$0"; exec "$@"', join(group, 'cgroup.procs')]
  const child = Bun.spawn([...command, binary, 'demo', '--json', '--data', folder], {
    stdout: 'pipe',
    stderr: 'inherit',
    env: { PATH: Bun.env.PATH ?? '', PORT: String(port) },
  })
  return JSON.parse(await new Response(child.stdout).text()) as Demo
}

/** A group of 512 MB without swap; undefined where none may be made. */
function memoryGroup(): string | undefined {
  const root = roots.find((one) => existsSync(join(one, 'cgroup.procs')))
  if (root === undefined) return undefined
  const group = join(root, `encapsify-burst-${process.pid}`)
  try {
    mkdirSync(group)
    const limit = ['memory.limit_in_bytes', 'memory.max'].find((name) => existsSync(join(group, name)))
    if (limit === undefined) throw new Error('no limit of memory')
    writeFileSync(join(group, limit), String(memoryBytes))
    return group
  } catch {
    if (existsSync(group)) rmdirSync(group)
    return undefined
  }
}

function kills(group: string): number {
  const file = ['memory.oom_control', 'memory.events'].map((name) => join(group, name)).find((path) => existsSync(path))
  return file === undefined ? 0 : Number(/oom_kill (\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0)
}
