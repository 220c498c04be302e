import { basename } from 'node:path'
import sharp from 'sharp'
import { ipx } from '../tools.ts'
import { run } from './load.ts'
import { median } from './page.ts'
import { largePhoto, photos } from './pictures.ts'
import { report } from './report.ts'
import { cpuMs, rssMiB, type Server, start } from './servers.ts'

type Measured = Pick<Server, 'origin' | 'pid' | 'folder'>
const formats = ['jpeg', 'webp', 'avif'] as const
type Format = (typeof formats)[number]

const rounds = 3
const workers = 4
const requestsARound = { jpeg: 24, webp: 16, avif: 8 } as const
/** What a server makes before its picture was measured; the peers are given the same. */
const quality = { jpeg: 80, webp: 80, avif: 50 } as const
const ports = { peer: 3_921, bare: 3_922 }

/** Pictures: cold and warm variants beside bare sharp and ipx, and the bytes of real photos beside WebP 80. */
export async function media(server: Measured, apiKey: string): Promise<void> {
  const set = await photos()
  const photo = await largePhoto(server.folder, set.at(-1))
  const asset = await upload(server, apiKey, photo)
  // Its job first: what runs in the background would be counted as slowness.
  await encoded(server, apiKey, asset.id)
  await cold(server, apiKey, asset, photo)
  await warm(server, asset)
  await savings(server, apiKey, set)
}

interface Asset {
  readonly id: string
  readonly url: string
}

async function upload(server: Measured, apiKey: string, path: string): Promise<Asset> {
  const form = new FormData()
  form.set('file', Bun.file(path), basename(path))
  const headers = { authorization: `Bearer ${apiKey}` }
  const answered = await fetch(`${server.origin}/api/v1/assets`, { method: 'POST', body: form, headers })
  if (answered.status !== 201) throw new Error(`The upload was answered with ${answered.status}.`)
  const { id, url } = (await answered.json()) as Asset
  return { id, url: server.origin + new URL(url).pathname }
}

/** Each request a width of its own, so that nothing lies ready; ipx and bare sharp keep nothing at all. */
async function cold(server: Measured, apiKey: string, asset: Asset, photo: string): Promise<void> {
  const program = await ipx()
  await using peer =
    program === undefined
      ? undefined
      : await start(['node', program, server.folder, String(ports.peer)], {
          port: ports.peer,
          folder: server.folder,
          ready: '/ready',
        })
  const bare = await bareSharp(server.folder, photo)
  await using _ = bare
  const signed = async (format: Format, width: number) => {
    const query = `w=${width}&q=${quality[format]}&format=${format}`
    const path = `/api/v1/assets/${asset.id}/address?${query}`
    const answered = await fetch(server.origin + path, { headers: { authorization: `Bearer ${apiKey}` } })
    const { url } = (await answered.json()) as { url: string }
    return server.origin + new URL(url).pathname + new URL(url).search
  }
  for (const format of formats) {
    const count = requestsARound[format]
    const figures = { ours: [] as number[], sharp: [] as number[], ipx: [] as number[] }
    const spentMs = { ours: 0, sharp: 0 }
    for (let round = 0; round < rounds; round++) {
      // No width comes twice, and all have the same.
      const widths = Array.from({ length: count }, (_, n) => 800 + (round - 1) * count + n)
      const ours = await Promise.all(widths.map((one) => signed(format, one)))
      const beforeMs = cpuMs(server.pid)
      figures.ours.push(await perSecond(ours))
      spentMs.ours += cpuMs(server.pid) - beforeMs
      const sharpBeforeMs = cpuMs(bare.pid)
      const plain = widths.map((one) => `${bare.origin}/?w=${one}&f=${format}&q=${quality[format]}`)
      figures.sharp.push(await perSecond(plain))
      spentMs.sharp += cpuMs(bare.pid) - sharpBeforeMs
      if (peer === undefined) continue
      const modifiers = (one: number) => `w_${one},f_${format},q_${quality[format]}`
      figures.ipx.push(await perSecond(widths.map((one) => `${peer.origin}/${modifiers(one)}/${basename(photo)}`)))
    }
    const ours = median(figures.ours)
    report({ name: `cold ${format} of 12 megapixels to ~800 px, ${workers} connections`, value: ours, unit: '/s' })
    report({ name: `bare sharp: the same ${format}`, value: median(figures.sharp), unit: '/s' })
    report({
      name: `cold ${format} ÷ bare sharp`,
      value: ours / median(figures.sharp),
      unit: '×',
      bar: { kind: 'least', value: 0.95 },
    })
    // Where others share the cores this says more than images a second.
    report({ name: `cold ${format} ÷ bare sharp, CPU an image`, value: spentMs.ours / spentMs.sharp, unit: '×' })
    if (peer === undefined) continue
    report({
      name: `cold ${format} ÷ ipx`,
      value: ours / median(figures.ipx),
      unit: '×',
      bar: { kind: 'least', value: 1 },
      note: `ipx ${median(figures.ipx).toFixed(1)} /s`,
    })
  }
  report({ name: 'memory of the server after cold variants', value: rssMiB(server.pid), unit: 'MiB' })
}

async function perSecond(urls: readonly string[]): Promise<number> {
  const waiting = [...urls]
  const startedMs = performance.now()
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
        const answered = await fetch(url)
        if (!answered.ok) throw new Error(`${url} was answered with ${answered.status}: ${await answered.text()}`)
        await answered.arrayBuffer()
      }
    }),
  )
  return (urls.length * 1_000) / (performance.now() - startedMs)
}

/** sharp behind a bare server, in a process of its own, with nothing between them. */
async function bareSharp(folder: string, photo: string): Promise<Server> {
  const script = `import sharp from ${JSON.stringify(Bun.resolveSync('sharp', process.cwd()))}
    sharp.cache(false)
    sharp.concurrency(1)
    Bun.serve({ port: ${ports.bare}, hostname: '127.0.0.1', async fetch(request) {
      const query = new URL(request.url).searchParams
      if (!query.has('w')) return new Response('ready')
      const image = sharp(${JSON.stringify(photo)}).autoOrient().resize(Number(query.get('w')))
      const format = query.get('f')
      const options = { quality: Number(query.get('q')), ...(format === 'avif' && { effort: 2, chromaSubsampling: '4:2:0' }) }
      return new Response(await image.toFormat(format, options).toBuffer())
    } })`
  await Bun.write(`${folder}/bare-sharp.ts`, script)
  return start([process.execPath, `${folder}/bare-sharp.ts`], { port: ports.bare, folder, ready: '/' })
}

/** One variant that lies ready, beside Bun's own static route with the same bytes. */
async function warm(server: Measured, asset: Asset): Promise<void> {
  const url = `${asset.url}?w=800&format=webp`
  const bytes = await (await fetch(url)).bytes()
  await Bun.write(`${server.folder}/bare.webp`, bytes)
  const script = `const body = await Bun.file(${JSON.stringify(`${server.folder}/bare.webp`)}).bytes();
    Bun.serve({ port: ${ports.bare}, hostname: '127.0.0.1', routes: { '/': new Response(body, { headers: { 'content-type': 'image/webp' } }) }, fetch: () => new Response('none', { status: 404 }) })`
  await Bun.write(`${server.folder}/bare-variant.ts`, script)
  await using bare = await start([process.execPath, `${server.folder}/bare-variant.ts`], {
    port: ports.bare,
    folder: server.folder,
    ready: '/',
  })
  const figures = { ours: [] as number[], bare: [] as number[], cpu: [] as number[], bareCpu: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    for (const [target, pid, rate, cpu] of [
      [url, server.pid, figures.ours, figures.cpu],
      [`${bare.origin}/`, bare.pid, figures.bare, figures.bareCpu],
    ] as const) {
      const beforeMs = cpuMs(pid)
      const measured = await run({ url: target, seconds: 3, connections: 32 })
      rate.push(measured.perSecond)
      cpu.push(((cpuMs(pid) - beforeMs) * 1_000) / (measured.perSecond * 3))
    }
  }
  report({ name: `warm variant of ${Math.round(bytes.length / 1_024)} KiB`, value: median(figures.ours), unit: '/s' })
  report({
    name: 'warm variant ÷ bare static Response, requests/s',
    value: median(figures.ours) / median(figures.bare),
    unit: '×',
    bar: { kind: 'least', value: 0.75 },
  })
  report({
    name: 'warm variant ÷ bare static Response, CPU a request',
    value: median(figures.cpu) / median(figures.bareCpu),
    unit: '×',
  })
}

/** Real photos at 960 pixels, when their jobs are done, beside WebP 80 of the same photos. */
async function savings(server: Measured, apiKey: string, set: readonly string[]): Promise<void> {
  let ours = 0
  let webp = 0
  for (const path of set) {
    const { id } = await upload(server, apiKey, path)
    const url = await encoded(server, apiKey, id)
    ours += (await (await fetch(`${url}?w=960&format=avif`)).bytes()).length
    webp += (await sharp(path).resize(960).webp({ quality: 80 }).toBuffer()).length
  }
  if (set.length === 0) return
  report({
    name: `bytes of ${set.length} photos at 960 px, AVIF as alike as WebP 80, saved`,
    value: (1 - ours / webp) * 100,
    unit: '%',
    bar: { kind: 'least', value: 30 },
  })
}

async function encoded(server: Measured, apiKey: string, id: string): Promise<string> {
  for (;;) {
    const answered = await fetch(`${server.origin}/api/v1/assets/${id}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    })
    const { url, encodings } = (await answered.json()) as { url: string; encodings: { quality: object | null } }
    if (encodings.quality !== null) return server.origin + new URL(url).pathname
    await Bun.sleep(200)
  }
}
