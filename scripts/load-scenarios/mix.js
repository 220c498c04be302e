// The mix of requests, run by k6: visitors who read, vote and ask, owners who look and publish. Capsules are chosen by Zipf's law.
import { check } from 'k6'
import { SharedArray } from 'k6/data'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter } from 'k6/metrics'
import { WebSocket } from 'k6/websockets'

const plan = JSON.parse(open(__ENV.PLAN))
// Kept once for all visitors, who are hundreds.
const capsules = new SharedArray('capsules', () => JSON.parse(open(plan.capsulesPath)))
const stages = plan.stages.map(({ target, seconds }) => ({
  target: Math.round(target * plan.rate),
  duration: `${seconds}s`,
}))
const most = Math.max(...stages.map(({ target }) => target))
const wholeS = plan.stages.reduce((sum, { seconds }) => sum + seconds, 0)

/** Visitors who stay on a page and see its votes come in: so many at once, on the most popular capsules. */
const watchers = 60
const watchedMax = 20
/** How long one of them stays. */
const staysS = { least: 15, most: 45 }

export const options = {
  discardResponseBodies: true,
  noConnectionReuse: false,
  summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max', 'count'],
  // Parts of the summary, made by naming them.
  thresholds: Object.fromEntries(plan.kinds.map((kind) => [`http_req_duration{kind:${kind}}`, ['max>=0']])),
  scenarios: {
    mix: {
      executor: 'ramping-arrival-rate',
      startRate: Math.min(plan.rate, stages[0].target),
      timeUnit: '1s',
      preAllocatedVUs: Math.min(Math.ceil(most / 4) + 10, 400),
      maxVUs: 800,
      stages,
      exec: 'ask',
    },
    watching: { executor: 'constant-vus', vus: watchers, duration: `${wholeS}s`, gracefulStop: '3s', exec: 'watch' },
  },
}

const shedMute = new Counter('shed_without_retry_after')
const wrong = new Counter('answers_wrong')
const totals = new Counter('live_totals')

// Zipf's law with exponent 1: the first thousand capsules by a table, those behind by the harmonic numbers' expansion
// (H(n) ≈ ln n + γ + 1/2n, which is exact to a millionth from there on).
const euler = 0.5772156649015329
const tabled = []
let sum = 0
for (let n = 1; n <= Math.min(1000, capsules.length); n++) {
  sum += 1 / n
  tabled.push(sum)
}
const all = capsules.length <= 1000 ? sum : Math.log(capsules.length) + euler + 1 / (2 * capsules.length)

function capsule() {
  const wanted = Math.random() * all
  let at
  if (wanted > sum) at = Math.min(Math.round(Math.exp(wanted - euler)), capsules.length) - 1
  else {
    let [low, high] = [0, tabled.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (tabled[middle] < wanted) low = middle + 1
      else high = middle
    }
    at = low
  }
  const [id, path] = capsules[at].split(' ')
  return { id, path }
}

const json = { 'content-type': 'application/json' }
const owner = { authorization: `Bearer ${plan.apiKey}`, ...json }
const at = (path) => plan.origin + path
const params = (kind, headers) => ({ headers, tags: { kind, name: kind }, timeout: '10s' })
const byte = () => Math.floor(Math.random() * 256)

/** Each visitor has an address of its own, as the proxy in front would tell it: limits count by address. */
const visitor = () => ({ 'fly-client-ip': `10.${byte()}.${byte()}.${byte()}` })

function read() {
  return http.get(at(capsule().path), params('page', { 'accept-encoding': 'br, gzip', ...visitor() }))
}

function vote() {
  const { id } = capsule()
  const unique = `load-${exec.scenario.iterationInTest}-${Math.random().toString(36).slice(2, 12)}-0000000000`
  const body = { id: unique, version: 1, block: 'poll', value: [Math.random() < 0.5 ? 'yes' : 'no'] }
  return http.post(
    at(`/api/v1/capsules/${id}/responses`),
    JSON.stringify(body),
    params('vote', { ...json, ...visitor() }),
  )
}

function look() {
  return http.get(at(`/api/v1/capsules/${capsule().id}`), params('api', owner))
}

function list() {
  return http.get(at('/api/v1/capsules?limit=20'), params('api', owner))
}

function question() {
  const body = JSON.stringify({ question: 'What is tea good for?' })
  return http.post(at(`/api/v1/capsules/${capsule().id}/questions`), body, params('ask', { ...json, ...visitor() }))
}

function publish() {
  return http.post(at(`/api/v1/capsules/${capsule().id}/publication`), null, params('publish', owner))
}

/** One visitor of the mix. */
export function ask() {
  const dice = Math.random()
  const answer =
    dice < 0.8
      ? read()
      : dice < 0.9
        ? vote()
        : dice < 0.97
          ? look()
          : dice < 0.985
            ? list()
            : dice < 0.99
              ? question()
              : publish()
  const shed = answer.status === 503 || answer.status === 429
  check(answer, { answered: ({ status }) => (status >= 200 && status < 400) || shed })
  if (shed) {
    if (answer.headers['Retry-After'] === undefined) shedMute.add(1)
  } else if (answer.status < 200 || answer.status >= 400) {
    wrong.add(1)
  }
}

/** One who watches: sees how things stand, then each change of the totals, and goes after a while. */
export function watch() {
  const [id] = capsules[Math.floor(Math.random() * Math.min(watchedMax, capsules.length))].split(' ')
  const socket = new WebSocket(`${plan.origin.replace(/^http/, 'ws')}/live/${id}`, null, { headers: visitor() })
  socket.onopen = () => {
    const leftMs = exec.scenario.startTime + wholeS * 1000 - Date.now()
    const staysMs = (staysS.least + Math.random() * (staysS.most - staysS.least)) * 1000
    setTimeout(() => socket.close(), Math.max(0, Math.min(staysMs, leftMs)))
  }
  socket.onmessage = ({ data }) => {
    const { type, totals: seen } = JSON.parse(data)
    if (type === 'state' && seen !== undefined) totals.add(1)
  }
  // A line that can't be opened is a wrong answer, but for one that is refused with a word.
  socket.onerror = ({ error }) => {
    if (!/503|429/.test(String(error))) wrong.add(1)
    // A page waits before it tries again; the one who watches next is that page.
    setTimeout(() => {}, 1000 + Math.random() * 2000)
  }
}
