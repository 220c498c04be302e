import { pictureUrl } from '../pictures/album.ts'
import { bullets, prose, quote } from '../prose.ts'
import { template } from '../template.ts'

export const caseStudy = template(
  'case-study',
  'Case study',
  'One customer’s story told with figures, a chart and their own words.',
  () => ({
    format: 1,
    theme: { accent: '#9a3412', font: 'serif', mode: 'auto', corner: 'soft' },
    settings: { description: 'How three bakeries went from 118 loaves left over a week to 41, without baking less.' },
    pages: [
      {
        id: 'start',
        title: 'From 118 loaves left over to 41',
        blocks: [
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'Three bakeries, one family, nine months: how a pre-order list on the counter cut what is thrown away by almost two thirds, **without baking a single loaf less than is sold**.',
            ),
          },
          {
            id: 'figures',
            type: 'columns',
            columns: [
              [
                { id: 'f-1', type: 'heading', level: 3, text: '− 65 %' },
                { id: 'f-1-text', type: 'richText', content: prose('bread left at closing time, in nine months') },
              ],
              [
                { id: 'f-2', type: 'heading', level: 3, text: '1 in 4' },
                { id: 'f-2-text', type: 'richText', content: prose('customers orders the day before') },
              ],
              [
                { id: 'f-3', type: 'heading', level: 3, text: '11 minutes' },
                {
                  id: 'f-3-text',
                  type: 'richText',
                  content: prose('a day of work for the list, all three shops together'),
                },
              ],
            ],
          },
          { id: 'before', type: 'heading', text: 'A full shelf at six o’clock' },
          {
            id: 'before-text',
            type: 'richText',
            content: prose(
              'Half empty shelves sell badly, so the shelf was kept full until closing. On a rainy Wednesday that meant forty loaves in the bin, and everybody had got used to it.',
              'The family tried cheaper evening prices first. People came later, and the shelf was as full as before.',
            ),
          },
          { id: 'idea', type: 'heading', text: 'The idea: ask, and write it down' },
          {
            id: 'idea-text',
            type: 'richText',
            content: prose(
              'Since the third month a list lies on the counter and hangs in the shop window as a code to scan. Who orders by eight in the evening finds their bread in a bag with their name on it.',
              bullets(
                'Night shift bakes **what is ordered, and a third more**.',
                'The shelf is smaller now, and full again.',
                'What is left at five becomes tomorrow’s croutons and bread soup.',
              ),
            ),
          },
          {
            id: 'chart',
            type: 'image',
            src: pictureUrl('bread-left'),
            alt: 'Bars over nine months: loaves left over a week fall from 118 to 41',
            caption: 'Counted at closing time, three shops together.',
          },
          {
            id: 'voice',
            type: 'richText',
            content: prose(
              quote(
                'The bags with the names on are what people photograph. I thought we were saving flour. We were saying good morning.',
                'The baker’s daughter, who keeps the list',
              ),
            ),
          },
          { id: 'learned', type: 'heading', text: 'What we would do again' },
          {
            id: 'learned-text',
            type: 'richText',
            content: prose(
              bullets(
                '**Begin with one shop.** The second and third learned it from the first, not from us.',
                '**Count before you change anything.** Two weeks of tally marks were the best money spent.',
                '**Let the night shift decide the third.** They know the weather.',
              ),
            ),
          },
          { id: 'line', type: 'divider' },
          { id: 'ask', type: 'heading', text: 'Would it work for you?' },
          {
            id: 'fit',
            type: 'poll',
            question: 'What do you throw away most of?',
            choices: [
              { id: 'bread', text: 'Bread and pastry' },
              { id: 'fresh', text: 'Fruit and vegetables' },
              { id: 'meals', text: 'Cooked meals' },
              { id: 'none', text: 'Hardly anything, we hope' },
            ],
          },
          { id: 'talk', type: 'button', label: 'Talk to us about it', to: 'mailto:hello@example.com' },
        ],
      },
    ],
  }),
)
