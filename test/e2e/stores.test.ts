import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { loadSharp } from '../../src/images/sharp.ts'
import { film } from '../fixtures/films.ts'
import { bytesOf, photo } from '../fixtures/pictures.ts'
import { startS3 } from '../fixtures/s3-server.ts'
import { api, openBrowser, openSite, publish, until } from './harness.ts'

/** Building the S3 server, once, takes longer than a test may. */
const startMsMax = 900_000
let browser: Browser
let stack: AsyncDisposableStack
let bucket: Readonly<Record<string, string>>
beforeAll(async () => {
  stack = new AsyncDisposableStack()
  bucket = stack.use(await startS3()).env
  browser = await openBrowser()
}, startMsMax)
afterAll(async () => {
  await browser?.close()
  await stack?.disposeAsync()
})

interface Asset {
  readonly id: string
  readonly film: { readonly state: string; readonly fault: string | null } | null
}

describe.each(['a folder', 's3'] as const)('on %s', (kind) => {
  test('a capsule with a picture and a film, made through the API, is shown and plays', async () => {
    await using site = await openSite({ env: { PATH: '/usr/bin:/bin', ...(kind === 's3' && bucket) } })
    const upload = async (bytes: Uint8Array<ArrayBuffer>, name: string) => {
      const form = new FormData()
      form.set('file', new File([bytes], name))
      const headers = { authorization: `Bearer ${site.apiKey}` }
      const answer = await fetch(`${site.origin}/api/v1/assets`, { method: 'POST', body: form, headers })
      expect(answer.status).toBe(201)
      return (await answer.json()) as Asset
    }
    const picture = await upload(await bytesOf((await photo(await loadSharp(''), 900, 600)).jpeg()), 'photo.jpg')
    const moving = await upload(await film({ seconds: 4, size: '320x240' }), 'film.mp4')
    // The server answers when the work is at its end, or asks to be asked again.
    const { film: made } = await until(
      () => api<Asset>(site, 'GET', `/assets/${moving.id}/film?until=settled`),
      ({ film }) => film?.state === 'ready' || film?.state === 'failed',
    )
    expect(made).toMatchObject({ state: 'ready', fault: null })
    const { url } = await publish(site, 'Pictures', {
      format: 1,
      pages: [
        {
          id: 'one',
          blocks: [
            { id: 'view', type: 'image', asset: picture.id, alt: 'Hills' },
            { id: 'film', type: 'video', asset: moving.id, title: 'Our film' },
          ],
        },
      ],
    })
    const page = await browser.newPage()
    const faults: string[] = []
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    await page.goto(url, { waitUntil: 'load' })
    await page.locator('video').scrollIntoViewIfNeeded()
    await page.evaluate(async () => {
      const video = document.querySelector('video')
      if (video !== null) video.muted = true
      await video?.play()
    })
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5)
    await page.waitForFunction(() => (document.querySelector<HTMLImageElement>('main img')?.naturalWidth ?? 0) > 0)
    expect(faults).toEqual([])
    await page.close()
  }, 300_000)
})
