import type { Random } from './kit/random.ts'
import { type Look, portrait } from './portrait.ts'

const looks = {
  ife: {
    ground: ['#d96c4f', '#f0a27f'],
    skin: '#7b4a30',
    shade: '#57301d',
    hair: '#1a1416',
    coat: '#f2e3c6',
    collar: '#3c6e57',
    style: 'curls',
    glasses: true,
  },
  jonas: {
    ground: ['#3d5a80', '#98c1d9'],
    skin: '#f0c3a0',
    shade: '#d2936d',
    hair: '#a4542b',
    coat: '#293241',
    collar: '#ee6c4d',
    style: 'short',
    beard: true,
  },
  mira: {
    ground: ['#f4c95d', '#f7dd94'],
    skin: '#c98a64',
    shade: '#9c5f41',
    hair: '#2a1d1c',
    coat: '#1f6f78',
    collar: '#f3efe4',
    style: 'bob',
  },
  sunniva: {
    ground: ['#5f7f67', '#a9c4a0'],
    skin: '#eebb99',
    shade: '#c98c6a',
    hair: '#c9c2bd',
    coat: '#7a3b4c',
    collar: '#f6d9c0',
    style: 'bun',
    glasses: true,
  },
} as const satisfies Record<string, Look>

/** The people who stand for a team: nobody in particular. */
export const people = {
  ife: (random: Random) => portrait(random, looks.ife),
  jonas: (random: Random) => portrait(random, looks.jonas),
  mira: (random: Random) => portrait(random, looks.mira),
  sunniva: (random: Random) => portrait(random, looks.sunniva),
}
