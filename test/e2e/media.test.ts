import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { loadSharp } from '../../src/images/sharp.ts'
import { film, tone } from '../fixtures/films.ts'
import { bytesOf, photo } from '../fixtures/pictures.ts'
import { api, openBrowser, openSite, publish, type Site } from './harness.ts'

let site: Site
let browser: Browser
beforeAll(async () => {
  site = await openSite({ env: { PATH: '/usr/bin:/bin' } })
  browser = await openBrowser()
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await site?.[Symbol.asyncDispose]()
})

interface Asset {
  readonly id: string
  readonly film: {
    readonly state: string
    readonly fault: string | null
    readonly rungs: readonly { readonly name: string }[]
  }
}
const authorized = () => ({ authorization: `Bearer ${site.apiKey}` })

async function upload(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Asset> {
  const form = new FormData()
  form.set('file', new File([bytes], name))
  const answer = await fetch(`${site.origin}/api/v1/assets`, { method: 'POST', body: form, headers: authorized() })
  if (answer.status !== 201) throw new Error(await answer.text())
  return (await answer.json()) as Asset
}

/** Resolves when so much is made of it: the server answers when it is so, or asks to be asked again. */
async function made(id: string, what: 'playable' | 'settled'): Promise<void> {
  const { film } = await api<Asset>(site, 'GET', `/assets/${id}/film?until=${what}`)
  if (film.state === 'failed') throw new Error(film.fault ?? 'failed')
  if (film.state !== 'ready' && (what === 'settled' || film.rungs.length === 0)) await made(id, what)
}

const pageOf = (title: string, block: Record<string, unknown>) =>
  publish(site, title, { format: 1, pages: [{ id: 'one', blocks: [{ id: 'media', ...block }] }] })

/** A page whose faults are noted; `native`: whether the browser may play HLS by itself. */
async function open(url: string, native: boolean): Promise<{ page: Page; faults: string[]; requests: string[] }> {
  const page = await (await browser.newContext({ viewport: { width: 1_400, height: 1_000 } })).newPage()
  const faults: string[] = []
  const requests: string[] = []
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (request) => requests.push(request.url()))
  if (!native) {
    await page.addInitScript(() => {
      const own = HTMLMediaElement.prototype.canPlayType
      HTMLMediaElement.prototype.canPlayType = function (type) {
        return type.includes('mpegurl') ? '' : own.call(this, type)
      }
    })
  }
  await page.goto(url, { waitUntil: 'load' })
  // Who starts a film before the player has come keeps the original.
  if (!native) await page.waitForFunction(() => document.querySelector('video')?.src.startsWith('blob:'))
  return { page, faults, requests }
}

/** A line of so many bits a second. */
async function line(session: CDPSession, bitsASecond: number): Promise<void> {
  const bytes = bitsASecond / 8
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 20,
    downloadThroughput: bytes,
    uploadThroughput: bytes,
  })
}

const play = (page: Page) =>
  page.evaluate(async () => {
    const video = document.querySelector('video')
    if (video === null) return
    video.muted = true
    await video.play()
  })
/** Waits until a frame of this height is shown. */
const shows = (page: Page, isSo: 'at least 700' | 'at most 300') =>
  page.waitForFunction((wanted) => {
    const height = document.querySelector('video')?.videoHeight ?? 0
    return wanted === 'at least 700' ? height >= 700 : height > 0 && height <= 300
  }, isSo)

test('a film plays as soon as its first rung stands, and the player changes rungs with the line', async () => {
  const { id } = await upload(await film({ size: '1280x720', seconds: 84, isNoisy: true, rate: 5 }), 'film.mp4')
  await made(id, 'playable')
  const capsule = await pageOf('A film', { type: 'video', asset: id, title: 'Our film', caption: 'In motion' })
  const early = await open(capsule.url, false)
  await play(early.page)
  await early.page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5)
  expect(early.faults).toEqual([])
  await early.page.context().close()

  await made(id, 'settled')
  const { page, faults, requests } = await open(capsule.url, false)
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await line(session, 20_000_000)
  const before = await page.evaluate(() => {
    const { width, height } = document.querySelector('video')?.getBoundingClientRect() ?? { width: 0, height: 0 }
    return Math.round((width / height) * 100)
  })
  expect(before).toBe(178)
  // It stands still where it became large: before so much is there that the line does not matter any more.
  await page.evaluate(() => {
    const video = document.querySelector('video')
    video?.addEventListener('resize', () => video.videoHeight >= 700 && video.pause())
  })
  await play(page)
  // From the smallest, with which it begins, up; and down again when the line gets worse.
  await shows(page, 'at least 700')
  await line(session, 900_000)
  await play(page)
  await shows(page, 'at most 300')
  // The line is good again; what was fetched ahead is passed over, and what comes is played quicker.
  await line(session, 20_000_000)
  await page.evaluate(() => {
    const video = document.querySelector('video')
    if (video !== null) Object.assign(video, { currentTime: 50, playbackRate: 2 })
  })
  await play(page)
  await shows(page, 'at least 700')
  expect(await page.evaluate(() => document.querySelector('video')?.currentSrc)).toMatch(/^blob:/)
  const rungs = requests.flatMap((one) => /(video-\d+)\.m3u8$/.exec(one)?.[1] ?? [])
  expect(rungs.slice(0, 1)).toEqual(['video-240'])
  expect(rungs).toContain('video-720')
  expect(requests.filter((one) => /chunk-.*\.js$/.test(one)).length).toBeGreaterThan(0)
  expect(faults).toEqual([])
  await page.context().close()
}, 300_000)

test('a browser that plays HLS by itself is given the playlist and no script for it', async () => {
  const { id } = await upload(await film({ seconds: 4 }), 'film.mp4')
  await made(id, 'settled')
  const capsule = await pageOf('Native', { type: 'video', asset: id })
  const { page, faults } = await open(capsule.url, true)
  await play(page)
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5)
  const address = await page.evaluate(() => document.querySelector('video')?.currentSrc ?? '')
  const plays = await page.evaluate(() => document.createElement('video').canPlayType('application/vnd.apple.mpegurl'))
  expect(address).toMatch(plays === '' ? /^blob:/ : /film-\d+\.m3u8$/)
  expect(faults).toEqual([])
  await page.context().close()
}, 300_000)

test('a film of a private capsule plays from its ladder, by addresses that are good for its reader alone', async () => {
  const { id } = await upload(await film({ seconds: 4 }), 'film.mp4')
  await made(id, 'settled')
  const capsule = await pageOf('Ours', { type: 'video', asset: id })
  await api(site, 'PUT', `/capsules/${capsule.id}/access`, { private: true })
  const link = await api<{ url: string }>(site, 'POST', `/capsules/${capsule.id}/links`, { name: 'A reader' })
  const { page, faults, requests } = await open(link.url, false)
  await play(page)
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5)
  const segments = requests.filter((one) => /video-\d+\.mp4/.test(one))
  expect(segments.length).toBeGreaterThan(0)
  const [segment = ''] = segments
  expect(segment).toContain('sig=')
  expect((await fetch(segment, { headers: { range: 'bytes=0-9' } })).status).toBe(206)
  expect((await fetch(segment.replace(/\?.*$/, ''), { headers: { range: 'bytes=0-9' } })).status).toBe(403)
  expect(faults).toEqual([])
  await page.context().close()
}, 120_000)

test('a sound stands under its waveform, which shows how far it has come', async () => {
  const { id } = await upload(await tone(3), 'tone.mp3')
  await made(id, 'settled')
  const capsule = await pageOf('A sound', { type: 'audio', asset: id, title: 'A tone' })
  const { page, faults } = await open(capsule.url, true)
  const wave = page.locator('svg.waveform')
  expect((await wave.boundingBox())?.height).toBe(64)
  await page.evaluate(() => {
    for (const audio of document.querySelectorAll('audio')) audio.muted = true
  })
  await wave.click({ position: { x: 300, y: 30 } })
  await page.waitForFunction(() => Number(document.querySelector('.waveform rect')?.getAttribute('width')) > 50)
  expect(faults).toEqual([])
  await page.context().close()
}, 300_000)

test('a picture has its own blur in its place before it is there, within the policy of the page', async () => {
  const sharp = await loadSharp('')
  const { id } = await upload(await bytesOf((await photo(sharp, 900, 600)).jpeg()), 'photo.jpg')
  const capsule = await pageOf('A picture', { type: 'image', asset: id, alt: 'Hills' })
  const page = await (await browser.newContext({ viewport: { width: 1_400, height: 1_000 } })).newPage()
  const faults: string[] = []
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  await page.route('**/-/media/**', () => {})
  await page.goto(capsule.url, { waitUntil: 'domcontentloaded' })
  const shown = await page.evaluate(() => {
    const image = document.querySelector('main img')
    if (image === null) return undefined
    const { width, height } = image.getBoundingClientRect()
    return { background: getComputedStyle(image).backgroundImage.slice(0, 26), ratio: (width / height).toFixed(2) }
  })
  expect(shown).toEqual({ background: 'url("data:image/png;base64', ratio: '1.50' })
  expect(faults).toEqual([])
  await page.context().close()
}, 300_000)
