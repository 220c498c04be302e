import { pictureUrl } from '../pictures/album.ts'
import { prose, quote } from '../prose.ts'
import { template } from '../template.ts'

export const portfolio = template(
  'portfolio',
  'Portfolio',
  'Selected work on a dark wall: large pictures, few words, one way to get in touch.',
  () => ({
    format: 1,
    theme: { accent: '#f2b84b', font: 'serif', mode: 'dark', corner: 'square' },
    settings: { description: 'Prints, posters and paper cuts by an illustrator who works slowly.' },
    pages: [
      {
        id: 'start',
        title: 'Prints, posters, paper',
        blocks: [
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'I cut paper and draw large shapes for people who make books, wine and music. Four pieces a year, each from the first sketch to the last sheet off the press.',
            ),
          },
          {
            id: 'one',
            type: 'image',
            src: pictureUrl('cutouts'),
            alt: 'A white vase with dark fronds before a pink and blue wall, three pieces of fruit on a red table',
            caption: 'Afternoon with fronds. Paper cut, 60 × 75 cm. For a cookbook about vegetables.',
          },
          {
            id: 'pair',
            type: 'columns',
            columns: [
              [
                {
                  id: 'two',
                  type: 'image',
                  src: pictureUrl('harbour-dawn'),
                  alt: 'Sunrise over a bay with a striped lighthouse and two sailing boats',
                  caption: 'First boat. Six-colour screen print.',
                },
              ],
              [
                {
                  id: 'three',
                  type: 'image',
                  src: pictureUrl('hills'),
                  alt: 'Green hills, a field in rows, a house with a red roof and a cyclist',
                  caption: 'Downhill. Label for a cider.',
                },
              ],
            ],
          },
          {
            id: 'four',
            type: 'image',
            src: pictureUrl('shapes'),
            alt: 'A pattern of quarter circles, rings and stripes in five colours',
            caption: 'Forty tiles. Endpapers; no two books are bound with the same row.',
          },
          {
            id: 'five',
            type: 'image',
            src: pictureUrl('northern-lights'),
            alt: 'Green and violet northern lights over a frozen lake and a cabin with one lit window',
            caption: 'The neighbour is awake. Sleeve for a record of piano pieces.',
          },
          {
            id: 'said',
            type: 'richText',
            content: prose(
              quote('She asked for the manuscript and sent back one drawing. It was the book.', 'An editor'),
            ),
          },
          { id: 'line', type: 'divider' },
          { id: 'next', type: 'heading', text: 'The next free place is in spring' },
          {
            id: 'next-text',
            type: 'richText',
            content: prose('Write me what it is for, how large it gets, and what it should smell of.'),
          },
          { id: 'mail', type: 'button', label: 'Write a letter', to: 'mailto:studio@example.com' },
        ],
      },
    ],
  }),
)
