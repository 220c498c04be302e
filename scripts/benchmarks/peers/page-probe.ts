/** Asks for a page some fifty times a second until its input ends, and prints each time in milliseconds, as JSON. */
const url = process.argv[2] ?? ''
const tookMs: number[] = []
let isOver = false
process.stdin.on('end', () => {
  isOver = true
})
process.stdin.resume()
while (!isOver) {
  const startedMs = performance.now()
  await (await fetch(url)).arrayBuffer()
  tookMs.push(performance.now() - startedMs)
  await Bun.sleep(20)
}
console.log(JSON.stringify(tookMs))
process.exit(0)

export {}
