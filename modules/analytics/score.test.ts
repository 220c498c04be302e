import { expect, test } from 'bun:test'
import { scoreOf } from './score.ts'

const nothing = { ms: 0, pages: 1, answers: 0, chats: 0, clicks: 0 }

test.each([
  ['a look', {}, 0],
  ['a minute', { ms: 60_000 }, 10],
  ['an hour is three minutes', { ms: 3_600_000 }, 30],
  ['three pages', { pages: 3 }, 10],
  ['twenty pages are five', { pages: 20 }, 20],
  ['an answer', { answers: 1 }, 15],
  ['nine answers are two', { answers: 9 }, 30],
  ['a question', { chats: 1 }, 10],
  ['many links are one', { clicks: 9 }, 15],
  ['all of it is a hundred', { ms: 3_600_000, pages: 9, answers: 9, chats: 9, clicks: 9 }, 100],
])('%s', (_what, shown, score) => {
  expect(scoreOf({ ...nothing, ...shown })).toBe(score)
})
