/** Drawn in a square of 24, in the colour of the text around them; never the only carrier of a meaning. */
const paths = {
  plus: 'M12 5v14M5 12h14',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M19 12H5m6-6l-6 6 6 6',
  up: 'M12 19V5m-6 6l6-6 6 6',
  down: 'M12 5v14m-6-6l6 6 6-6',
  expand: 'M6 9l6 6 6-6',
  grip: 'M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  trash: 'M5 7h14M10 7V4h4v3m-8 0l1 13h10l1-13',
  undo: 'M8 5L4 9l4 4M4 9h10a5 5 0 0 1 0 10h-3',
  redo: 'M16 5l4 4-4 4m4-4H10a5 5 0 0 0 0 10h3',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  capsule: 'M8 9a4 4 0 0 1 8 0v6a4 4 0 0 1-8 0zM8 12h8',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.500-6s6 2 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c2 .8 3.200 2.600 3.500 5.500',
  bell: 'M6 17h12l-1.500-2.500V10a4.500 4.500 0 0 0-9 0v4.500zM10 20h4M12 5.500V3.500',
  key: 'M8 10.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM11.500 12L20 3.500M16 7.500l3 3',
  gear: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 4.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5zM8 14.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z',
  person:
    'M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.6-4.300 3.400-6.500 7.500-6.500s6.900 2.200 7.500 6.500',
  out: 'M14 4H5v16h9M10 12h11m-4-4l4 4-4 4',
  history: 'M4 12a8 8 0 1 0 2.500-5.800L4 8.500M4 4v4.500h4.500M12 8v4.500l3 2',
  chart: 'M5 20V10M12 20V4M19 20v-7',
  pages: 'M7 3.500h10v17H7zM10 8h4M10 12h4',
  palette:
    'M12 3.500a8.500 8.500 0 0 0 0 17c1.500 0 2-1 2-2 0-1.500 1-2 2.500-2h1.500a2.500 2.500 0 0 0 2.500-2.500C20.500 8 17 3.500 12 3.500zM8 11h.01M11 7.500h.01M15.500 8.500h.01',
  keyboard: 'M3 6.500h18v11H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10',
  external: 'M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9',
  archive: 'M4 8.500h16V20H4zM3 4h18v4.500H3zM10 13h4',
  warn: 'M12 4L2.500 20h19zM12 10v4M12 17h.01',
  phone: 'M8 3.500h8v17H8zM11 17.500h2',
  tablet: 'M5.500 3.500h13v17h-13zM11 17.500h2',
  desktop: 'M3 5h18v11H3zM9 20h6M12 16v4',
  heading: 'M6 5v14M18 5v14M6 12h12',
  text: 'M4 6h16M4 11h16M4 16h10',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9h.01',
  video: 'M3.500 6h12v12h-12zM15.500 10.500l5-3v9l-5-3',
  audio:
    'M9 18V6l10-2v12M9 18a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0zM19 16a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0z',
  file: 'M6 3.500h8l4 4v13H6zM14 3.500v4h4',
  embed: 'M9 8l-4 4 4 4M15 8l4 4-4 4',
  button: 'M3.500 8h17v8h-17zM8 12h8',
  divider: 'M4 12h16',
  columns: 'M4 5h7v14H4zM13 5h7v14h-7z',
  poll: 'M5 19v-6h4v6M10 19V5h4v14M15 19v-9h4v9',
  quiz: 'M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.500h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  form: 'M5 4h14v16H5zM8.500 8.500h7M8.500 12h7M8.500 15.500h4',
  chat: 'M4 5h16v11h-9l-4 4v-4H4z',
  bold: 'M7 5h6a3.500 3.500 0 0 1 0 7H7zM7 12h7a3.500 3.500 0 0 1 0 7H7z',
  italic: 'M10 5h7M7 19h7M14 5l-4 14',
  underline: 'M7 5v6a5 5 0 0 0 10 0V5M6 20h12',
  strike:
    'M4 12h16M16.500 7.500C16 6 14.500 5 12 5c-3 0-4.500 1.500-4.500 3.300M7.500 16c.5 2 2 3 4.500 3 3 0 4.500-1.500 4.500-3.500',
  code: 'M8.500 8L4 12l4.500 4M15.500 8l4.500 4-4.500 4',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1',
  bullets: 'M9 6h11M9 12h11M9 18h11M4.500 6h.01M4.500 12h.01M4.500 18h.01',
  numbers: 'M10 6h10M10 12h10M10 18h10M4 4.500h1.500v4M4 14h2.500L4 17.500h2.500',
  quote: 'M5 6v12M10 8h9M10 12h9M10 16h5',
} as const

export type IconName = keyof typeof paths

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
