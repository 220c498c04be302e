import { onEvery } from './shared/content.ts'

const svgSpace = 'http://www.w3.org/2000/svg'

let count = 0

onEvery<SVGSVGElement>('.waveform', (wave) => {
  const audio = wave.parentElement?.querySelector('audio')
  const bars = wave.querySelector('path')
  if (!audio || bars === null) return
  const played = showPlayed(wave, bars, `played-${count++}`)
  const width = wave.viewBox.baseVal.width
  audio.addEventListener('timeupdate', () => {
    if (audio.duration > 0) played.setAttribute('width', String((width * audio.currentTime) / audio.duration))
  })
  wave.addEventListener('click', (event) => {
    const { left, width: across } = wave.getBoundingClientRect()
    if (audio.duration > 0) audio.currentTime = (audio.duration * (event.clientX - left)) / across
    void audio.play()
  })
})

/** The same bars once more in the accent, cut where the sound has come to. Attributes of SVG need no style. */
function showPlayed(wave: SVGSVGElement, bars: SVGPathElement, id: string): SVGRectElement {
  const clip = document.createElementNS(svgSpace, 'clipPath')
  clip.id = id
  const rect = document.createElementNS(svgSpace, 'rect')
  rect.setAttribute('height', '100%')
  rect.setAttribute('width', '0')
  clip.append(rect)
  const again = bars.cloneNode() as SVGPathElement
  again.setAttribute('class', 'played')
  again.setAttribute('clip-path', `url(#${id})`)
  wave.append(clip, again)
  return rect
}
