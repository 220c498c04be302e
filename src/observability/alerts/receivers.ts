import type { Mailer } from '../../mail/mailer.ts'
import type { AlertsConfig } from '../config.ts'
import { tracedFetch } from '../tracing/outbound.ts'
import type { Notice } from './alerts.ts'

/** Where notices go. Throws when it could not be delivered. */
export interface Receiver {
  readonly name: string
  deliver(notice: Notice): Promise<void>
}

const timeoutMs = 5_000
/** Notices that wait for a receiver; the oldest are given up first. */
const waitingMax = 100
const attemptsMax = 5
const retryFirstMs = 2_000

export interface ReceiversOptions {
  readonly config: AlertsConfig
  readonly mailer: Mailer
  /** The public origin: where links lead and who says so. */
  readonly origin: string
  readonly node: string
  readonly timeoutMs?: number
}

/** The receivers that are configured. */
export function receiversOf({ config, mailer, origin, node, ...rest }: ReceiversOptions): Receiver[] {
  const withinMs = rest.timeoutMs ?? timeoutMs
  const receivers: Receiver[] = []
  if (config.webhook !== undefined) {
    const url = config.webhook
    receivers.push({ name: 'webhook', deliver: (notice) => post(url, { ...notice, origin, node }, withinMs) })
  }
  if (config.slack !== undefined) {
    const url = config.slack
    receivers.push({ name: 'slack', deliver: (notice) => post(url, slackMessage(notice, origin, node), withinMs) })
  }
  for (const to of config.emails) {
    receivers.push({
      name: 'e-mail',
      deliver: (notice) => mailer.send({ to, subject: titleOf(notice), text: letter(notice, origin, node) }),
    })
  }
  return receivers
}

/** Delivers to one receiver in order, tries again, and never lets a slow one hold up another or pile up notices. */
export class Delivery {
  readonly #waiting: Notice[] = []
  #working = false
  #open = true
  #pause: { readonly timer: ReturnType<typeof setTimeout>; readonly go: () => void } | undefined
  readonly counts = { delivered: 0, dropped: 0 }

  constructor(
    readonly receiver: Receiver,
    private readonly log: { warn(fields: object, message: string): void },
    private readonly retryMs = retryFirstMs,
  ) {}

  add(notice: Notice): void {
    this.#waiting.push(notice)
    if (this.#waiting.length > waitingMax) {
      this.#waiting.shift()
      this.counts.dropped++
    }
    if (!this.#working) void this.#work()
  }

  close(): void {
    this.#open = false
    if (this.#pause === undefined) return
    clearTimeout(this.#pause.timer)
    this.#pause.go()
  }

  async #work(): Promise<void> {
    this.#working = true
    for (let notice = this.#waiting.shift(); notice !== undefined && this.#open; notice = this.#waiting.shift()) {
      await this.#deliver(notice)
    }
    this.#working = false
  }

  async #deliver(notice: Notice): Promise<void> {
    for (let attempt = 1; attempt <= attemptsMax && this.#open; attempt++) {
      try {
        await this.receiver.deliver(notice)
        this.counts.delivered++
        return
      } catch (error) {
        this.log.warn(
          { err: error, receiver: this.receiver.name, alert: notice.name, attempt },
          'an alert was not delivered',
        )
        if (attempt < attemptsMax) await this.#sleep(this.retryMs * 2 ** (attempt - 1))
      }
    }
    this.counts.dropped++
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      this.#pause = { timer, go: resolve }
    })
  }
}

async function post(url: string, body: unknown, withinMs: number): Promise<void> {
  const answer = await tracedFetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(withinMs),
    redirect: 'error',
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`It answered ${answer.status}.`)
}

function titleOf({ state, name, severity }: Notice): string {
  return state === 'firing' ? `${severity === 'page' ? 'Urgent' : 'Attention'}: ${name}` : `Over: ${name}`
}

function slackMessage(notice: Notice, origin: string, node: string) {
  const words = `*${titleOf(notice)}*\n${notice.summary}\nRunbook: ${notice.runbook} · <${origin}/ops|/ops> · ${node}`
  return {
    text: `${titleOf(notice)}: ${notice.summary}`,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: words } }],
  }
}

function letter(notice: Notice, origin: string, node: string): string {
  const { state, summary, runbook, sinceMs, atMs } = notice
  const minutes = Math.round((atMs - sinceMs) / 60_000)
  return [
    summary,
    '',
    state === 'firing' ? `Since: ${new Date(sinceMs).toISOString()}` : `It is over after ${minutes} minutes.`,
    `Node: ${node}`,
    `Runbook: ${runbook}`,
    `Live: ${origin}/ops`,
  ].join('\n')
}
