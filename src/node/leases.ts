import type { Guard } from '../cluster/guard.ts'
import { limits } from '../cluster/limits.ts'
import type { GuardEvent } from '../cluster/steps.ts'
import type { LeaseAnswers } from './lease-server.ts'

export interface LeasesOptions {
  readonly guard: Guard
  readonly step: (event: GuardEvent) => void
  readonly clusterId: string
  readonly urlOf: (node: string) => string | null
}

/** LiteFS' questions as the guard's events, and the guard's effects as answers to them (G27). */
export class Leases implements LeaseAnswers {
  readonly clusterId: string
  #requests = 0
  readonly #waiting = new Map<number, (granted: boolean) => void>()
  #handingUntilMs = Number.NEGATIVE_INFINITY

  constructor(private readonly options: LeasesOptions) {
    this.clusterId = options.clusterId
  }

  primary(): { readonly node: string; readonly url: string } | null {
    const primary = this.options.guard.primary(performance.now())
    const url = primary === null ? null : this.options.urlOf(primary.node)
    return primary === null || url === null ? null : { node: primary.node, url }
  }

  acquire(session: string): Promise<boolean> {
    return this.#ask((request) => ({ type: 'acquire', request, session }))
  }

  renew(session: string): Promise<boolean> {
    // LiteFS renews a lease before it gives it away, and before it takes one that it was given. Neither is the guard's word:
    // that comes with the acquisition.
    if (performance.now() < this.#handingUntilMs || this.options.guard.status.role === 'granted') {
      return Promise.resolve(true)
    }
    return this.#ask((request) => ({ type: 'renew', request, session }))
  }

  released(): void {}

  answer(request: number, granted: boolean): void {
    this.#waiting.get(request)?.(granted)
    this.#waiting.delete(request)
  }

  /** LiteFS is about to hand its lease over (G30). */
  handing(): void {
    this.#handingUntilMs = performance.now() + limits.handoffMaxMs
  }

  #ask(make: (request: number) => GuardEvent): Promise<boolean> {
    const request = ++this.#requests
    return new Promise((resolve) => {
      this.#waiting.set(request, resolve)
      this.options.step(make(request))
    })
  }
}
