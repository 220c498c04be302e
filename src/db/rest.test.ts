import { expect, test } from 'bun:test'
import { Rest, restAfterCalls, restAfterMs } from './rest.ts'

function house() {
  const timers = new Map<number, () => void>()
  const asked: number[] = []
  let count = 0
  let letGo = 0
  const rest = new Rest({
    after(ms, fire) {
      const id = count++
      asked.push(ms)
      timers.set(id, fire)
      return () => timers.delete(id)
    },
    letGo: () => letGo++,
  })
  const pass = () => {
    for (const [id, fire] of [...timers]) {
      timers.delete(id)
      fire()
    }
  }
  return { rest, timers, asked, pass, letGo: () => letGo }
}

test('after a busy time the writer lets go once', () => {
  const { rest, asked, pass, letGo } = house()
  rest.worked(restAfterCalls)
  pass()
  pass()
  expect(asked).toEqual([restAfterMs])
  expect(letGo()).toBe(1)
})

test('every batch puts the rest off, and one timer waits at most', () => {
  const { rest, timers, letGo } = house()
  for (let n = 0; n < 5; n++) rest.worked(restAfterCalls)
  expect(timers.size).toBe(1)
  expect(letGo()).toBe(0)
})

test('a few calls leave nothing worth a rest; those before one are not counted again', () => {
  const { rest, pass, timers, letGo } = house()
  rest.worked(restAfterCalls - 1)
  expect(timers.size).toBe(0)
  rest.worked(1)
  pass()
  rest.worked(1)
  expect(timers.size).toBe(0)
  expect(letGo()).toBe(1)
})

test('a writer that closes lets go of nothing any more', () => {
  const { rest, pass, letGo } = house()
  rest.worked(restAfterCalls)
  rest.end()
  pass()
  expect(letGo()).toBe(0)
})
