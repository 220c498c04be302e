/** Says when it listens, then whether a datagram came within a moment. */
const listenMs = 1_000
let heard = false
const socket = await Bun.udpSocket({
  hostname: Bun.env.EAR_ADDRESS ?? '',
  port: 7999,
  socket: {
    data() {
      heard = true
      finish()
    },
  },
})
console.log('listening')
const late = setTimeout(finish, listenMs)

function finish(): void {
  clearTimeout(late)
  socket.close()
  console.log(heard ? 'heard' : 'silence')
}

export {}
