import { onEvery } from './shared/content.ts'

const hlsType = 'application/vnd.apple.mpegurl'
/** Seconds that are fetched ahead: enough for a bad line, and little is lost when the visitor leaves or the rung changes. */
const aheadS = 20
/**
 * Seconds of fetching after which half of what is known of the line is new: the lesser of both counts. Small rungs come in hundredths
 * of a second on a good line, so that by hls.js' own 3 and 9 a film would stay small for minutes after a line got better.
 */
const lineHalvesS = { fast: 1, slow: 2 }

onEvery<HTMLVideoElement>('video', (video) => {
  const playlist = video.querySelector<HTMLSourceElement>(`source[type="${hlsType}"]`)
  // Whoever plays HLS has chosen it already.
  if (playlist === null || video.canPlayType(hlsType) !== '' || !('MediaSource' in window)) return
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      near.disconnect()
      void feed(video, playlist.src)
    },
    { rootMargin: '300px' },
  )
  near.observe(video)
})

/** Plays the ladder by script, loaded only here. Whatever goes wrong, the original plays. */
async function feed(video: HTMLVideoElement, playlist: string): Promise<void> {
  const { default: Hls } = await import('hls.js/light')
  // Somebody was quicker than the script: the original goes on.
  if (!video.paused || !Hls.isSupported()) return
  const hls = new Hls({
    enableWorker: false,
    autoStartLoad: false,
    capLevelToPlayerSize: true,
    maxBufferLength: aheadS,
    maxMaxBufferLength: aheadS,
    abrEwmaFastVoD: lineHalvesS.fast,
    abrEwmaSlowVoD: lineHalvesS.slow,
  })
  const original = video.querySelector<HTMLSourceElement>(`source:not([type="${hlsType}"])`)?.src
  hls.on(Hls.Events.ERROR, (_event, { fatal }) => {
    if (!fatal || original === undefined) return
    const { currentTime, paused } = video
    hls.destroy()
    video.src = original
    video.currentTime = currentTime
    if (!paused) void video.play()
  })
  hls.loadSource(playlist)
  hls.attachMedia(video)
  video.addEventListener('play', () => hls.startLoad(), { once: true })
  video.addEventListener('seeking', () => hls.startLoad(), { once: true })
}
