/** A page of a made-up PDF: its lines, or a compressed stream of content. */
export type PdfPage = readonly string[] | Uint8Array

/** A PDF of plain text, as small as one can be (ISO 32000-1, 7.5). `encrypted`: nobody has its password. */
export function pdfOf(pages: readonly PdfPage[], options: { readonly encrypted?: boolean } = {}): Uint8Array {
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = [encoder.encode('%PDF-1.4\n')]
  const places: number[] = []
  let length = parts[0]?.length ?? 0
  const put = (bytes: Uint8Array) => {
    parts.push(bytes)
    length += bytes.length
  }
  const object = (number: number, dictionary: string, stream?: Uint8Array) => {
    places[number] = length
    put(encoder.encode(`${number} 0 obj\n${dictionary}\n`))
    if (stream !== undefined) {
      put(encoder.encode('stream\n'))
      put(stream)
      put(encoder.encode('\nendstream\n'))
    }
    put(encoder.encode('endobj\n'))
  }
  const first = 4
  const kids = pages.map((_, n) => `${first + n * 2} 0 R`).join(' ')
  object(1, '<< /Type /Catalog /Pages 2 0 R >>')
  object(2, `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`)
  object(3, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  for (const [n, page] of pages.entries()) {
    const at = first + n * 2
    const isPacked = page instanceof Uint8Array
    const content = isPacked ? page : encoder.encode(contentOf(page))
    object(
      at,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents ${at + 1} 0 R >>`,
    )
    object(at + 1, `<< /Length ${content.length}${isPacked ? ' /Filter /FlateDecode' : ''} >>`, content)
  }
  const last = first + pages.length * 2
  const secret = 'x'.repeat(32)
  if (options.encrypted) object(last, `<< /Filter /Standard /V 1 /R 2 /P -4 /O (${secret}) /U (${secret}) >>`)
  const size = last + (options.encrypted ? 1 : 0)
  const start = length
  const rows = Array.from({ length: size - 1 }, (_, n) => `${String(places[n + 1]).padStart(10, '0')} 00000 n \n`)
  put(encoder.encode(`xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`))
  const locked = options.encrypted ? ` /Encrypt ${last} 0 R /ID [(a) (a)]` : ''
  put(encoder.encode(`trailer\n<< /Size ${size} /Root 1 0 R${locked} >>\nstartxref\n${start}\n%%EOF\n`))
  return Buffer.concat(parts)
}

function contentOf(lines: readonly string[]): string {
  const escaped = lines.map((line) => `(${line.replace(/[()\\]/g, '\\$&')}) Tj T*`)
  return `BT /F 12 Tf 14 TL 72 720 Td ${escaped.join(' ')} ET`
}
