import { render } from 'preact'
import { keepFocus } from './app/focus.ts'
import { startRouter } from './app/router.ts'
import { startSession } from './app/session.ts'
import { Studio } from './app/studio.tsx'
import { startLanguage } from './app/words.ts'

/** The owners' web app. */
const root = document.getElementById('studio')
if (root !== null) {
  startRouter()
  keepFocus(document)
  void startLanguage().then(() => render(<Studio start={startSession} />, root))
}
