import { expect, test } from 'bun:test'
import { chromium } from 'playwright-core'
import type { PagePicture } from '../../modules/media/index.ts'
import { loadSharp } from '../../src/images/sharp.ts'
import { mediaWorld } from '../fixtures/media.ts'
import { animation, bytesOf, photo } from '../fixtures/pictures.ts'

const flags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

const markup = ({ sources, url, srcset, width, height }: PagePicture) =>
  `<picture>${sources.map((one) => `<source type="${one.type}" srcset="${one.srcset}" sizes="300px">`).join('')}<img src="${url}" srcset="${srcset}" sizes="300px" width="${width}" height="${height}"></picture>`

test('Chromium shows the AVIF of a photo, the WebP of an animation, and what it negotiates for itself', async () => {
  const world = await mediaWorld()
  const sharp = await loadSharp('')
  const upload = async (bytes: Uint8Array<ArrayBuffer>) =>
    (await (await world.upload(bytes)).json()) as { id: string; url: string }
  const photograph = await upload(await bytesOf((await photo(sharp, 360, 240)).jpeg({ quality: 95 })))
  const moving = await upload(await animation(sharp, 60, 40, 4))
  await world.jobs.settled()
  const pictures = [photograph, moving].flatMap(({ id }) => world.media.assets.pictureOf(id) ?? [])
  const plain = `<img src="${new URL(photograph.url).pathname}?w=100">`
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) =>
      new URL(request.url).pathname === '/'
        ? new Response(`<!doctype html>${pictures.map(markup).join('')}${plain}`, {
            headers: { 'content-type': 'text/html', 'content-security-policy': "default-src 'none'; img-src 'self'" },
          })
        : world.fetch(request),
  })
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags.split(' ') })
  try {
    const page = await browser.newPage()
    const types = new Map<string, string | undefined>()
    page.on('response', (response) => types.set(response.url(), response.headers()['content-type']))
    await page.goto(`http://127.0.0.1:${server.port}/`, { waitUntil: 'load' })
    const shown = await page.evaluate(() =>
      [...document.images].map((image) => ({ address: image.currentSrc, isShown: image.naturalWidth > 0 })),
    )
    expect(shown.map(({ address, isShown }) => [types.get(address), isShown])).toEqual([
      ['image/avif', true],
      ['image/webp', true],
      ['image/webp', true],
    ])
    expect(world.bugs).toEqual([])
  } finally {
    await browser.close()
    await server.stop(true)
    await world.close()
  }
}, 300_000)
