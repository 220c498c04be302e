import { type Markup, trusted } from './markup.ts'

/** Drawn in a square of 24, in the colour of the text around them; never the only carrier of a meaning. */
function icon(path: string): Markup {
  return trusted(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`)
}

export const icons = {
  right: icon('M5 12.5l4.5 4.5L19 7.5'),
  wrong: icon('M7 7l10 10M17 7L7 17'),
  previous: icon('M19 12H5m6-6l-6 6 6 6'),
  next: icon('M5 12h14m-6-6l6 6-6 6'),
  download: icon('M12 4v11m-5-4.5l5 5 5-5M5 20h14'),
  up: icon('M7 11v9H4v-9zM7 11l4-7c1.6 0 2.5 1.2 2.2 2.7L12.6 10H18c1.3 0 2.2 1.2 1.9 2.4l-1.4 6c-.2.9-1 1.6-2 1.6H7'),
  down: icon(
    'M7 13V4H4v9zM7 13l4 7c1.6 0 2.5-1.2 2.2-2.7L12.6 14H18c1.3 0 2.2-1.2 1.9-2.4l-1.4-6c-.2-.9-1-1.6-2-1.6H7',
  ),
  star: icon('M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z'),
}
