import type { Wire, WireEvents } from './connection.ts'

type Connect = (path: string, query: string, events: WireEvents) => Wire

const failed = 1006
/** Tries by WebSocket before it is taken to be blocked on the way, as some proxies do. */
const socketTriesMax = 3
let socketTries = 0

/** A WebSocket or, where none comes through, an event stream: it says the same, and answers go by POST anyway. */
export function connect(path: string, query: string, events: WireEvents): Wire {
  if (socketTries >= socketTriesMax) return stream(path, query, events)
  socketTries++
  return socket(path, query, {
    ...events,
    message: (text) => {
      socketTries = 0
      events.message(text)
    },
  })
}

const socket: Connect = (path, query, events) => {
  const made = new WebSocket(location.origin.replace(/^http/, 'ws') + path + query)
  made.onmessage = ({ data }) => events.message(String(data))
  made.onclose = ({ code }) => events.closed(code)
  return { send: (text) => made.send(text), close: () => made.close() }
}

const stream: Connect = (path, query, events) => {
  const made = new EventSource(`${path}/events${query}`)
  const end = (code: number) => {
    made.close()
    events.closed(code)
  }
  made.onmessage = ({ data }) => {
    const text = String(data)
    if (!text.startsWith('{"type":"closing"')) return events.message(text)
    end(Number(JSON.parse(text).code))
  }
  // Coming back is our own affair: with the cursor, and spread over time.
  made.onerror = () => end(failed)
  return { close: () => made.close() }
}
