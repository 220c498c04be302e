/** The bare runtime: one topic of Bun.serve, and nothing else. `bun bare.ts <port>`. */
const server = Bun.serve({
  port: Number(process.argv[2]),
  hostname: '127.0.0.1',
  async fetch(request, self) {
    const { pathname } = new URL(request.url)
    if (pathname === '/live' && self.upgrade(request, { data: undefined })) return undefined as never
    if (pathname === '/publish') self.publish('capsule', await request.text())
    return new Response('ok')
  },
  websocket: {
    open(socket) {
      socket.subscribe('capsule')
      socket.send('{"type":"hello"}')
    },
    message() {},
  },
})
console.log(server.port)
