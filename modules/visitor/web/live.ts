/**
 * The page is complete and has come to rest: now it may become live. What does that is loaded only here, so that nothing of
 * it is in the way of the page.
 */
const begin = () => import('./live/start.ts')
const whenIdle = () => {
  if ('requestIdleCallback' in window) requestIdleCallback(begin, { timeout: 2_000 })
  else setTimeout(begin, 500)
}

if (document.readyState === 'complete') whenIdle()
else addEventListener('load', whenIdle, { once: true })
