import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { AppError } from '../../../src/errors.ts'
import { Workroom } from './workroom.ts'

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

test('no more run than there are places and memory, and all run in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 30 }), async (sizes) => {
      const room = new Workroom({ tasksMax: 3, bytesMax: 100, queueMax: 100 })
      let tasks = 0
      let bytes = 0
      let done = 0
      await Promise.all(
        sizes.map((size) =>
          room.run(size, async () => {
            tasks++
            bytes += Math.min(size, 100)
            expect(tasks).toBeLessThanOrEqual(3)
            expect(bytes).toBeLessThanOrEqual(100)
            await settle()
            tasks--
            bytes -= Math.min(size, 100)
            done++
          }),
        ),
      )
      expect(done).toBe(sizes.length)
      expect(room.counts).toEqual({ running: 0, waiting: 0 })
    }),
    { numRuns: 50 },
  )
})

test('when too many wait, the next hears when to come back', async () => {
  const room = new Workroom({ tasksMax: 1, bytesMax: 100, queueMax: 2 })
  const held = Promise.withResolvers<void>()
  const first = room.run(1, () => held.promise)
  const waiting = [room.run(1, async () => {}), room.run(1, async () => {})]
  const refused = await room.run(1, async () => {}).catch((error) => error)
  expect(refused).toBeInstanceOf(AppError)
  expect(refused).toMatchObject({ code: 'unavailable', retryAfterS: 2 })
  held.resolve()
  await Promise.all([first, ...waiting])
  expect(await room.run(1, async () => 'again')).toBe('again')
})

test('background work waits for everybody else, one at a time, and leaves a place free', async () => {
  const room = new Workroom({ tasksMax: 2, bytesMax: 100, queueMax: 10 })
  const order: string[] = []
  const held = Promise.withResolvers<void>()
  const slow = (name: string) => async () => {
    order.push(name)
    await held.promise
  }
  const patient = ['b1', 'b2'].map((name) => room.run(1, slow(name), { background: true }))
  expect(room.counts).toEqual({ running: 1, waiting: 1 })
  await room.run(1, async () => void order.push('now'))
  expect(order).toEqual(['b1', 'now'])
  held.resolve()
  await Promise.all(patient)
  expect(order).toEqual(['b1', 'now', 'b2'])
})

test('a failure frees its place', async () => {
  const room = new Workroom({ tasksMax: 1, bytesMax: 1, queueMax: 1 })
  for (let n = 0; n < 3; n++) await room.run(1, () => Promise.reject(new Error('x'))).catch(() => {})
  expect(await room.run(1, async () => 'well')).toBe('well')
})
