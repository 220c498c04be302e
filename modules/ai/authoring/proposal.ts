import { AppError, type AppErrorData } from '../../../src/errors.ts'
import type { Clock } from '../clock.ts'
import { streamHeaders } from '../proxy.ts'
import { Refusal } from '../refusal.ts'

/** How far a proposal is: of texts, or in characters where `of` is 0. */
export interface Progress {
  readonly step: 'reading' | 'asking' | 'writing'
  readonly done: number
  readonly of: number
}

/** What a proposal is made under: who waits for it may leave, and hears how far it is. */
export interface Making {
  readonly signal: AbortSignal
  told(progress: Progress): void
}

/** Checked already; making it may take a while and may fail. */
export type Proposal<T> = (making: Making) => Promise<T>

const toldEveryMs = 500

/**
 * A proposal for a browser, as server-sent events: `progress` twice a second, which also keeps the connection, then one
 * `proposal`, or one `failed` with what a problem holds. Who leaves ends the provider's work.
 */
export function proposalStream<T>(
  proposal: Proposal<T>,
  { clock, reportBug }: { readonly clock: Clock; readonly reportBug: (error: unknown) => void },
  ended: () => void,
): Response {
  const left = new AbortController()
  const encoder = new TextEncoder()
  let progress: Progress = { step: 'reading', done: 0, of: 0 }
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (name: string, data: unknown) => {
        if (!left.signal.aborted)
          controller.enqueue(encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`))
      }
      let cancel = () => {}
      const tell = () => {
        send('progress', progress)
        cancel = clock.after(toldEveryMs, tell)
      }
      tell()
      try {
        const made = await proposal({
          signal: left.signal,
          told: (next) => {
            progress = next
          },
        })
        send('proposal', made)
      } catch (error) {
        send('failed', faultOf(error, left.signal.aborted ? () => {} : reportBug))
      } finally {
        cancel()
        ended()
        if (!left.signal.aborted) controller.close()
      }
    },
    cancel: () => left.abort(),
  })
  return new Response(body, { headers: streamHeaders })
}

function faultOf(error: unknown, reportBug: (error: unknown) => void): AppErrorData & { readonly status: number } {
  const known = error instanceof Refusal ? error.toAppError() : error
  if (known instanceof AppError) return { ...known.toData(), status: known.status }
  reportBug(error)
  return { code: 'unavailable', status: 500, message: 'Something went wrong on our side. It has been logged.' }
}
