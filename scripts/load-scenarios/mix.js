// The mix of requests, run by k6: visitors who read, vote and ask, owners who look and publish. Capsules are chosen by Zipf's law.
import { check } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'

const plan = JSON.parse(open(__ENV.PLAN))
const stages = plan.stages.map(({ target, seconds }) => ({
  target: Math.round(target * plan.rate),
  duration: `${seconds}s`,
}))
const most = Math.max(...stages.map(({ target }) => target))

export const options = {
  discardResponseBodies: true,
  noConnectionReuse: false,
  summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max'],
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
    },
  },
}

// The share of the first n capsules under Zipf's law with exponent 1, to look a random number up in.
const cumulative = []
let sum = 0
for (let n = 1; n <= plan.capsules.length; n++) {
  sum += 1 / n
  cumulative.push(sum)
}

function capsule() {
  const wanted = Math.random() * sum
  let [low, high] = [0, cumulative.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle] < wanted) low = middle + 1
    else high = middle
  }
  return plan.capsules[low]
}

const json = { 'content-type': 'application/json' }
const owner = { authorization: `Bearer ${plan.apiKey}`, ...json }
const at = (path) => plan.origin + path
const params = (kind, headers) => ({ headers, tags: { kind, name: kind }, timeout: '10s' })

function read() {
  return http.get(at(capsule().path), params('page', { 'accept-encoding': 'br, gzip' }))
}

function vote() {
  const { id } = capsule()
  const unique = `load-${exec.scenario.iterationInTest}-${Math.random().toString(36).slice(2, 12)}-0000000000`
  const body = { id: unique, version: 1, block: 'poll', value: [Math.random() < 0.5 ? 'yes' : 'no'] }
  return http.post(at(`/api/v1/capsules/${id}/responses`), JSON.stringify(body), params('vote', json))
}

function look() {
  return http.get(at(`/api/v1/capsules/${capsule().id}`), params('api', owner))
}

function list() {
  return http.get(at('/api/v1/capsules?limit=20'), params('api', owner))
}

function ask() {
  const body = {
    model: `capsule/${capsule().id}`,
    stream: true,
    messages: [{ role: 'user', content: 'What is tea good for?' }],
  }
  return http.post(at('/ai/v1/chat/completions'), JSON.stringify(body), params('ask', owner))
}

function publish() {
  return http.post(at(`/api/v1/capsules/${capsule().id}/publication`), null, params('publish', owner))
}

export default function () {
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
              ? ask()
              : publish()
  const shed = answer.status === 503 || answer.status === 429
  check(answer, { answered: ({ status }) => (status >= 200 && status < 400) || shed })
  if (shed) check(answer, { 'says when to retry': ({ headers }) => headers['Retry-After'] !== undefined })
}
