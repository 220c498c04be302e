import { say, sayNoMore } from './bar.ts'
import { Connection, type Message, type Shown } from './connection.ts'
import { hasBegun, loadPage } from './page.ts'
import { showPeople } from './people.ts'
import { offerReactions, showReactions } from './reactions.ts'
import { heard, request } from './requests.ts'
import { closeBlocks, showTotals } from './totals.ts'
import { connect } from './wires.ts'

/** How long nobody looks before the page lets go of its connection. */
const hiddenMsMax = 120_000
const gone = 4410
const denied = 4403
/** After a page could not be loaded. */
const againMs = 5_000

const capsule = document.body.dataset.capsule
const wants = (what: string) => (document.body.dataset.live ?? '').split(' ').includes(what)
let closed: readonly string[] = []
/** Counts what asks for another page, so that only the last one is shown. */
let asked = 0
let isOver = false

const connection = new Connection(
  {
    connect: (query, events) => connect(`/live/${capsule}`, query, events),
    after(ms, work) {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
    random: Math.random,
  },
  {
    begun: (hello) => {
      if (String(hello.version) !== document.body.dataset.version) update(hello)
    },
    event: update,
    state,
    reply: heard,
    ended(code) {
      isOver = true
      // What is shown is not for this visitor any more; the server says why, and what to do.
      if (code === denied) location.reload()
      if (code === gone) say('This page is no longer published. You can read on here.')
    },
  },
)

/** The page may have changed: everybody loads it, so spread over time, and what was begun here stays. */
function update(message: Message): void {
  const turn = ++asked
  const waitMs = Math.random() * connection.spreadMs * (message.type === 'hello' ? 0 : 1)
  setTimeout(async () => {
    if (turn !== asked) return
    const outcome = await loadPage(location.search, () => turn === asked)
    if (outcome === 'shown') {
      say('This page was updated.')
      again()
    }
    // What was kept on this device may have been faster than the network.
    const isOld = outcome === 'same' && Number(document.body.dataset.version) < (message.version ?? 0)
    if ((outcome === 'failed' || isOld) && turn === asked) setTimeout(() => turn === asked && update(message), againMs)
  }, waitMs)
}

function state(shown: Shown): void {
  showTotals(shown.totals)
  if (wants('people')) showPeople(shown.people)
  if (wants('reactions')) {
    offerReactions((reaction) => connection.say({ type: 'react', reaction }))
    showReactions(shown.reactions)
  }
  if (wants('questions') && shown.questions !== undefined) void questions(shown.questions)
  if (shown.stage !== undefined) follow(shown.stage)
}

/** What asks and shows questions is loaded where the owner wants them. */
async function questions(shown: NonNullable<Shown['questions']>): Promise<void> {
  const { showQuestions } = await import('./questions.ts')
  showQuestions(shown, (message) => request(message, (text) => connection.say(text)))
}

/** The presenter is somewhere: so are we, unless something was begun here. */
function follow(stage: NonNullable<Shown['stage']> | null): void {
  closed = stage?.closed ?? []
  closeBlocks(closed)
  sayNoMore()
  if (stage === null || stage.page === document.body.dataset.page) return
  const go = async () => {
    const turn = ++asked
    const search = `?page=${encodeURIComponent(stage.page)}`
    if ((await loadPage(search, () => turn === asked)) === 'shown') again()
    else if (turn === asked) location.search = search
  }
  if (hasBegun()) say('The presenter is on another page.', { label: 'Follow', run: go })
  else void go()
}

/** What was shown anew is told what it does not know. */
function again(): void {
  showTotals()
  closeBlocks(closed)
}

if (capsule !== undefined) {
  let letGo: ReturnType<typeof setTimeout> | undefined
  connection.start()
  // A page that is kept to be gone back to may hold no connection.
  addEventListener('pagehide', () => connection.stop())
  addEventListener('pageshow', (event) => {
    if (event instanceof PageTransitionEvent && event.persisted && !isOver) connection.start()
  })
  addEventListener('online', () => connection.isOpen || isOver || connection.start())
  document.addEventListener('visibilitychange', () => {
    clearTimeout(letGo)
    if (document.hidden) letGo = setTimeout(() => connection.stop(), hiddenMsMax)
    else if (!connection.isOpen && !isOver) connection.start()
  })
}
