import { element } from '../shared/elements.ts'
import css from './live.css' with { type: 'text' }

/** What stands over the page when there is something to say: people, reactions, questions, news of the page. */
const bar = document.createElement('aside')
const news = element('div', '', 'notice-bar')
const newsMs = 6_000
let cancelNews: ReturnType<typeof setTimeout> | undefined

export function openBar(): HTMLElement {
  if (!bar.isConnected) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    bar.className = 'live'
    bar.setAttribute('aria-label', 'Live')
    news.setAttribute('role', 'status')
    bar.append(news)
    document.body.append(bar)
  }
  return bar
}

/** Says something for a while; with an act for as long as it is not done. */
export function say(text: string, act?: { readonly label: string; readonly run: () => void }): void {
  openBar()
  clearTimeout(cancelNews)
  news.replaceChildren(element('span', text))
  if (act === undefined) {
    cancelNews = setTimeout(() => news.replaceChildren(), newsMs)
    return
  }
  const button = element('button', act.label)
  button.addEventListener('click', () => {
    news.replaceChildren()
    act.run()
  })
  news.append(button)
}

export function sayNoMore(): void {
  news.replaceChildren()
}
