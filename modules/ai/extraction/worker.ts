import { BadArchive } from './archive.ts'
import { docxPieces } from './docx.ts'
import type { Order, Report } from './messages.ts'
import { pdfPieces } from './pdf.ts'

/**
 * Reads files that strangers made, away from everything else: whoever started this ends it when it takes too long or too much
 * memory. Built by itself and kept compressed, because few capsules have such files and the libraries are large.
 */
declare const self: {
  onmessage: ((event: { data: Order }) => void) | null
  postMessage(report: Report): void
}

self.onmessage = async ({ data: order }) => {
  try {
    for await (const piece of order.kind === 'pdf' ? pdfPieces(order) : docxPieces(order)) {
      self.postMessage({ type: 'piece', piece })
    }
    self.postMessage({ type: 'end' })
  } catch (error) {
    self.postMessage({ type: 'failed', ...reasonOf(error) })
  }
}

function reasonOf(error: unknown): Omit<Extract<Report, { type: 'failed' }>, 'type'> {
  const message = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 300)
  if (error instanceof BadArchive && message.includes('Unpacked')) return { reason: 'too-large', message }
  return { reason: /password|encrypt/i.test(message) ? 'encrypted' : 'broken', message }
}
