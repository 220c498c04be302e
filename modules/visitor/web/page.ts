import { element } from './shared/elements.ts'
import { sendWaiting } from './shared/outbox.ts'
import { isWorkerMessage, tellAnswered } from './shared/worker-messages.ts'
import type { VisitedMessage } from './worker/scope.ts'

/** One visit in so many tells how quick the page was. */
const vitalsSample = 0.1
/** While answers wait and the page stands: when to try again. */
const retryMsFirst = 5_000
const retryMsMax = 300_000

const worker = 'serviceWorker' in navigator ? navigator.serviceWorker : undefined
let touched = false
addEventListener('input', () => {
  touched = true
})

/** A frame of somebody else's page has no storage of its own worth keeping. */
if (worker !== undefined && window.top === window) {
  worker.addEventListener('message', ({ data }) => {
    if (!isWorkerMessage(data)) return
    if (data.type === 'answered') tellAnswered(data.ids)
    else if (data.path === location.pathname) offerUpdate()
  })
  worker.startMessages()
  // After what is seen: a worker is for the next visit.
  const isBrought = worker.controller !== null
  const register = async () => {
    try {
      await worker.register('/sw.js', { updateViaCache: 'none' })
      const { active } = await worker.ready
      if (!isBrought) active?.postMessage({ type: 'visited', url: location.href } satisfies VisitedMessage)
    } catch {}
  }
  if (document.readyState === 'complete') void register()
  else addEventListener('load', register, { once: true })
}

let retryMs = retryMsFirst
let timer: ReturnType<typeof setTimeout> | undefined
async function flush(): Promise<void> {
  clearTimeout(timer)
  try {
    tellAnswered(await sendWaiting())
    retryMs = retryMsFirst
  } catch {
    timer = setTimeout(flush, retryMs)
    retryMs = Math.min(retryMs * 2, retryMsMax)
  }
}
addEventListener('online', flush)
addEventListener('encapsify:kept', () => {
  clearTimeout(timer)
  timer = setTimeout(flush, retryMs)
})
if ('indexedDB' in window) void flush()

/** A page that nobody has touched is loaded again; otherwise it says that there is a newer one. */
function offerUpdate(): void {
  if (!touched && scrollY < innerHeight) return location.reload()
  if (document.querySelector('.newer') !== null) return
  const button = element('button', 'Show it', 'button')
  button.addEventListener('click', () => location.reload())
  const bar = element('p', [document.createTextNode('There is a newer version of this page. '), button], 'newer')
  bar.setAttribute('role', 'status')
  document.body.append(bar)
}

/** A page that is made ready in advance is no visit before it is shown. */
const watch = () => void import('./shared/visits.ts').then(({ watchVisit }) => watchVisit())
if ('prerendering' in document && document.prerendering === true) {
  document.addEventListener('prerenderingchange', watch, { once: true })
} else watch()
if (Math.random() < vitalsSample) void import('./shared/vitals.ts').then(({ observe }) => observe())
