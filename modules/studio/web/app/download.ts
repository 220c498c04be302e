import { say } from '../ui/toasts.tsx'
import { call } from './api.ts'
import { asProblem } from './problem.ts'
import { organization } from './session.ts'
import { t } from './words.ts'

/** A file of the API: by a request with its headers, then handed to the browser. @param known asked for when the session has ended */
export async function download(path: string, name: string, known: string): Promise<void> {
  try {
    const answer = await fetch(path, { headers: { 'encapsify-organization': organization.value?.slug ?? '' } })
    // A session that ended is found out, and mended, by an ordinary request.
    if (answer.status === 401) await call('GET', known)
    if (!answer.ok) return answer.status === 401 ? download(path, name, known) : say(answer.statusText, { tone: 'bad' })
    const link = document.createElement('a')
    link.href = URL.createObjectURL(await answer.blob())
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1_000)
  } catch (error) {
    say(asProblem(error, t().general.offline).message, { tone: 'bad' })
  }
}
