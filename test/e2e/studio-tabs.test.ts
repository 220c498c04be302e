import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { openBrowser, until } from './harness.ts'
import { editorAddress, kept, newCapsule, openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

let studio: Studio
let browser: Browser

beforeAll(async () => {
  studio = await openStudio()
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await studio?.[Symbol.asyncDispose]()
})

const tabsMax = 100
const inBrowser = 3

interface Draft {
  readonly format: number
  readonly pages: readonly { readonly id: string; readonly blocks: readonly { readonly id: string }[] }[]
}

/** What a tab with an editor does, without the pixels: its line to the server, its draft, its revision. */
class Tab {
  readonly closed = Promise.withResolvers<number>()
  #etag = ''
  #draft: Draft | undefined

  private constructor(
    private readonly id: string,
    private readonly headers: Readonly<Record<string, string>>,
    readonly socket: WebSocket,
  ) {
    socket.addEventListener('close', ({ code }) => this.closed.resolve(code))
  }

  static async open(id: string, cookie: string): Promise<Tab> {
    const headers = { cookie, 'encapsify-organization': studio.demo.organization }
    const address = `${studio.origin.replace('http', 'ws')}/live/${id}/visits`
    const socket = new WebSocket(address, { headers: { ...headers, origin: studio.origin } } as never)
    const tab = new Tab(id, headers, socket)
    await new Promise((resolve, reject) => {
      socket.addEventListener('message', resolve, { once: true })
      socket.addEventListener('close', ({ code }) => reject(new Error(`closed with ${code}`)), { once: true })
    })
    await tab.read()
    return tab
  }

  get blocks(): readonly string[] {
    return this.#draft?.pages[0]?.blocks.map((block) => block.id) ?? []
  }

  async read(): Promise<void> {
    const answer = await this.#ask({ headers: this.headers })
    expect(answer.status).toBe(200)
    this.#etag = answer.headers.get('etag') ?? ''
    this.#draft = (await answer.json()) as Draft
  }

  /** A block at the end: refused as long as others were quicker, and then put behind theirs. */
  async write(block: string): Promise<void> {
    for (;;) {
      const status = await this.#save(block)
      if (status === 200) return
      expect(status).toBe(412)
      await this.read()
    }
  }

  /** A server that has too much to do says so, and is asked again, as the studio does. */
  #ask(request: RequestInit): Promise<Response> {
    const draft = `${studio.origin}/api/v1/capsules/${this.id}/draft`
    return until(
      () => fetch(draft, request),
      ({ status }) => status !== 503,
    )
  }

  async #save(block: string): Promise<number> {
    const [page] = this.#draft?.pages ?? []
    const blocks = [...(page?.blocks ?? []), { id: block, type: 'heading', text: `Written in tab ${block}` }]
    const answer = await this.#ask({
      method: 'PUT',
      headers: { ...this.headers, origin: studio.origin, 'content-type': 'application/json', 'if-match': this.#etag },
      body: JSON.stringify({ ...this.#draft, pages: [{ ...page, blocks }] }),
    })
    await answer.arrayBuffer()
    return answer.status
  }
}

test('a hundred tabs of one person on one capsule: each writes, none is lost, all agree', async () => {
  const id = await newCapsule(studio, 'Everywhere at once', {
    format: 1,
    pages: [{ id: 'one', title: 'One page', blocks: [{ id: 'first', type: 'heading', text: 'First' }] }],
  })
  await using owner = await visitor(browser)
  const { page, canvas, faults } = owner
  await signIn(page, studio, studio.demo)
  const pages = [page, await page.context().newPage(), await page.context().newPage()]
  expect(pages).toHaveLength(inBrowser)
  for (const one of pages) {
    await one.goto(editorAddress(studio, id))
    await one.frameLocator('iframe.canvas').getByText('First').waitFor()
  }
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const tabs = await Promise.all(Array.from({ length: tabsMax - inBrowser }, () => Tab.open(id, cookie)))
  // Ten at a time: more at once are a flood, and turned away as one.
  for (let first = 0; first < tabs.length; first += 10) {
    await Promise.all(tabs.slice(first, first + 10).map((tab, n) => tab.write(`tab-${first + n}`)))
  }

  // The one in front writes on what was there before all of them: it is told, and takes theirs with its own.
  await page.bringToFront()
  await canvas.locator('[data-block-id=first]').click()
  await page.keyboard.press('End')
  // In one piece: what is saved in the middle of it would bring the dialog before it is whole.
  await page.keyboard.insertText(' of all')
  const dialog = page.getByRole('dialog', { name: 'Somebody else changed this capsule' })
  await dialog.getByText('Written in tab tab-96', { exact: false }).waitFor()
  await dialog.getByRole('button', { name: 'Take theirs' }).click()
  await canvas.getByText('Written in tab tab-0', { exact: true }).waitFor()
  await canvas.locator('[data-block-id=first]').click()
  await page.keyboard.press('End')
  await kept(page, () => page.keyboard.insertText(' of all'))

  for (const tab of tabs) await tab.read()
  const expected = ['first', ...tabs.map((_, n) => `tab-${n}`)].sort()
  const [one] = tabs
  expect([...(one?.blocks ?? [])].sort()).toEqual(expected)
  expect(tabs.filter((tab) => tab.blocks.join() !== one?.blocks.join())).toEqual([])
  for (const other of pages) {
    await other.reload()
    await other.frameLocator('iframe.canvas').getByText('First of all').waitFor()
    expect(await other.frameLocator('iframe.canvas').locator('main > [data-block-id]').count()).toBe(expected.length)
  }
  // Nobody was sent away, and the server has room for others.
  expect(tabs.filter((tab) => tab.socket.readyState !== WebSocket.OPEN)).toEqual([])
  expect((await fetch(`${studio.origin}/health/ready`)).status).toBe(200)
  expect(faults).toEqual([])
  for (const tab of tabs) tab.socket.close()
  await Promise.all(tabs.map((tab) => tab.closed.promise))
}, 300_000)
