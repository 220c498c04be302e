import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { demo, freePort, serve } from '../binary/server.ts'

/** A running site, and a key that may do everything in its organization. */
export interface Site extends AsyncDisposable {
  readonly origin: string
  readonly apiKey: string
  /** The demo's capsules. */
  readonly capsules: readonly Capsule[]
}

export interface Capsule {
  readonly id: string
  readonly url: string
}

/** The compiled binary with its demo content, serving from a folder of its own; disposing ends it. */
export async function openSite(options: { executable?: string; env?: Record<string, string> } = {}): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-e2e-'))
  const port = freePort()
  const env = { PORT: String(port), ENCAPSIFY_URL: `http://localhost:${port}`, ...options.env }
  const { apiKey, capsules } = await demo(folder, { ...options, env })
  const server = await serve({ ...options, folder, port, env })
  return {
    origin: server.origin,
    apiKey,
    capsules,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** How long anything is waited for: how fast a machine is decides nothing, and what waits longer is told by its place. */
const waitMsMax = 120_000

/**
 * Chromium without what talks to the outside. Started once a file; its contexts are cheap.
 * @param args further switches, such as where names lead
 */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  })
  browser.on('context', (context) => context.setDefaultTimeout(waitMsMax))
  return browser
}

/** Calls the API with the site's key. @throws Error with what the server said when it is no success. */
export async function api<T>(
  site: Pick<Site, 'origin' | 'apiKey'>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const answer = await fetch(`${site.origin}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${site.apiKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** Waits until nothing moves any more: what is on its way from one colour to another has the contrast of neither. */
export async function stillness(page: Pick<Page, 'evaluate'>): Promise<void> {
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame)
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map((one) => one.finished))
  })
}

/** Reads until it is so, with pauses: what is waited for needs the processor more. */
export async function until<T>(read: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read()
    if (isSo(value)) return value
    await Bun.sleep(100)
  }
}

/** Makes a capsule of a document and publishes it. */
export async function publish(site: Site, title: string, document: unknown): Promise<Capsule> {
  const { id } = await api<{ id: string }>(site, 'POST', '/capsules', { title, draft: document })
  const { url } = await api<{ url: string }>(site, 'POST', `/capsules/${id}/publication`)
  return { id, url }
}
