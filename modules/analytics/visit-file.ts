import { byteOrderMark, csvRecord } from '../../src/http/csv.ts'
import type { VisitShown, Visits } from './visits.ts'

/** Visits read and written at a time: what is in memory of a file, however long it is. */
const rowsPerChunk = 100

const columns = [
  ...['began', 'last', 'visit', 'visitor', 'email', 'link', 'source', 'campaign', 'country', 'device'],
  ...['last page', 'pages', 'views', 'seconds', 'answers', 'questions', 'links followed', 'score', 'hot'],
]

/** The visits of a capsule as CSV (RFC 4180), newest first; made as fast as it is read, and ended when its reader leaves. */
export function visitFile(visits: Visits, capsuleId: string, options: { byteOrderMark: boolean }): ReadableStream {
  const encoder = new TextEncoder()
  let cursor: string | null | undefined
  let text = (options.byteOrderMark ? byteOrderMark : '') + csvRecord(columns)
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (cursor === null) return controller.close()
        const page = visits.list(capsuleId, { limit: rowsPerChunk, cursor })
        text += page.items.map(record).join('')
        cursor = page.nextCursor
        controller.enqueue(encoder.encode(text))
        text = ''
      },
    },
    { highWaterMark: 0 },
  )
}

function record(one: VisitShown): string {
  return csvRecord([
    ...[new Date(one.beganAt).toISOString(), new Date(one.lastAt).toISOString(), one.id, one.visitor, one.email],
    ...[one.link, one.source, one.campaign, one.country, one.device, one.page, one.pages, one.views],
    ...[Math.round(one.ms / 1_000), one.answers, one.chats, one.clicks, one.score, one.hot],
  ])
}
