/**
 * lru-cache's options for at most this many entries. Its own `max` takes the memory of all of them when the cache is made (22 bytes
 * an entry, before there is one); bounded by size, the cache grows with what it holds.
 */
export function entries(entriesMax: number) {
  return { maxSize: entriesMax, sizeCalculation: one }
}

const one = () => 1
