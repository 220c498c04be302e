import { encode } from 'uqr'
import { t } from '../app/words.ts'
import { Icon } from '../ui/icon.tsx'

/** A QR code drawn here: nobody else learns which link it is for. Dark on light, because scanners expect that. */
export function QrCode({
  text,
  label,
  name,
}: {
  readonly text: string
  readonly label: string
  readonly name: string
}) {
  const { size, data } = encode(text, { ecc: 'M', border: 2 })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  const download = () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size * 16}" height="${size * 16}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="${path}"/></svg>`
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
    link.download = `${name}.svg`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1_000)
  }
  return (
    <div class="qr">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
        <rect width="100%" height="100%" fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
      <button type="button" class="button" onClick={download}>
        <Icon name="down" />
        {t().editor.publishing.downloadQr}
      </button>
    </div>
  )
}
