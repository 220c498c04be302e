import { pictureUrl } from '../pictures/album.ts'
import { bullets, numbered, prose, quote } from '../prose.ts'
import { template } from '../template.ts'

/** Branches at once: each visitor sees the part that is about them. */
export const productTour = template(
  'product-tour',
  'Product tour',
  'Three minutes through your product, on the path that fits the visitor.',
  () => ({
    format: 1,
    theme: { accent: '#0f766e', font: 'system', mode: 'auto', corner: 'soft' },
    settings: { description: 'How a small shop counts its stock in ten minutes a day. A tour of three minutes.' },
    pages: [
      {
        id: 'start',
        title: 'Know what is on your shelves in ten minutes a day',
        blocks: [
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'Counting stock is nobody’s favourite hour. This tour shows how a small shop does it with one phone, one list and no spreadsheet. It takes **three minutes**, and the first answer decides what you see.',
            ),
          },
          {
            id: 'shelf',
            type: 'image',
            src: pictureUrl('shop-shelf'),
            alt: 'Three wooden shelves with jars, tins and bottles; one gap is marked “order 6”',
            caption: 'The gap is found before a customer finds it.',
          },
          {
            id: 'why',
            type: 'columns',
            columns: [
              [
                { id: 'why-1', type: 'heading', level: 3, text: 'Count by walking' },
                {
                  id: 'why-1-text',
                  type: 'richText',
                  content: prose(
                    'One shelf at a time, in the order in which they stand. Stop whenever somebody comes in.',
                  ),
                },
              ],
              [
                { id: 'why-2', type: 'heading', level: 3, text: 'See what runs out' },
                {
                  id: 'why-2-text',
                  type: 'richText',
                  content: prose('The list knows what you sell in a week and says which day a thing will be gone.'),
                },
              ],
              [
                { id: 'why-3', type: 'heading', level: 3, text: 'Order with one tap' },
                {
                  id: 'why-3-text',
                  type: 'richText',
                  content: prose('Orders go out as plain e-mails, so your suppliers need nothing new.'),
                },
              ],
            ],
          },
          {
            id: 'today',
            type: 'poll',
            question: 'How do you keep count today?',
            choices: [
              { id: 'paper', text: 'On paper', to: 'paper' },
              { id: 'sheet', text: 'In a spreadsheet', to: 'sheet' },
              { id: 'head', text: 'In my head, honestly', to: 'head' },
            ],
          },
          { id: 'skip', type: 'button', label: 'Go straight to the prices', to: 'prices' },
        ],
      },
      {
        id: 'paper',
        title: 'From paper to a list that adds up',
        blocks: [
          {
            id: 'paper-text',
            type: 'richText',
            content: prose(
              'Paper is quick, and that is worth keeping. What it can’t do is remember last week.',
              numbered(
                'Photograph the sheets you have. We type them in, usually by the next morning.',
                'Walk your shelves once with the phone and correct what is wrong.',
                'Put the clipboard away. Or keep it: the list prints on one page.',
              ),
            ),
          },
          { id: 'paper-on', type: 'button', label: 'See a day with it', to: 'day' },
        ],
      },
      {
        id: 'sheet',
        title: 'Your spreadsheet moves in as it is',
        blocks: [
          {
            id: 'sheet-text',
            type: 'richText',
            content: prose(
              'Drop the file in. Columns are recognised by what is in them, and anything odd is shown to you instead of being guessed.',
              bullets(
                '**Names and amounts** arrive at once.',
                '**Suppliers** are matched by their e-mail addresses.',
                '**Your formulas** stay in your file: you can go on using it, and export back into it.',
              ),
            ),
          },
          { id: 'sheet-on', type: 'button', label: 'See a day with it', to: 'day' },
        ],
      },
      {
        id: 'head',
        title: 'What the head is good at, and what it forgets',
        blocks: [
          {
            id: 'head-text',
            type: 'richText',
            content: prose(
              'You know your ten best sellers without looking. It is the other two hundred things that go missing quietly.',
              quote(
                'I knew we had oat flakes. I did not know that we had thirty-two of them.',
                'A grocer, after the first count',
              ),
              'So begin with one shelf. Ten minutes, about forty things, and you will see whether it is for you.',
            ),
          },
          { id: 'head-on', type: 'button', label: 'See a day with it', to: 'day' },
        ],
      },
      {
        id: 'day',
        title: 'A Tuesday with the list',
        blocks: [
          {
            id: 'day-picture',
            type: 'image',
            src: pictureUrl('phone'),
            alt: 'Two phones: one lists a shelf with two things running low, the other offers to order twelve more jars of coffee',
          },
          {
            id: 'day-hours',
            type: 'columns',
            columns: [
              [
                { id: 'day-1', type: 'heading', level: 3, text: '08:10' },
                {
                  id: 'day-1-text',
                  type: 'richText',
                  content: prose(
                    'Shelf 4 is due. Eighteen of twenty-four things are counted before the first customer.',
                  ),
                },
              ],
              [
                { id: 'day-2', type: 'heading', level: 3, text: '12:30' },
                {
                  id: 'day-2-text',
                  type: 'richText',
                  content: prose('The dark coffee runs out on Thursday. One tap, and the roaster has your order.'),
                },
              ],
              [
                { id: 'day-3', type: 'heading', level: 3, text: '17:50' },
                {
                  id: 'day-3-text',
                  type: 'richText',
                  content: prose('The till closes, the amounts follow. Nothing to type, nothing to take home.'),
                },
              ],
            ],
          },
          { id: 'day-on', type: 'button', label: 'What it costs', to: 'prices' },
        ],
      },
      {
        id: 'prices',
        title: 'One price, all of it',
        blocks: [
          {
            id: 'plans',
            type: 'columns',
            columns: [
              [
                { id: 'plan-1', type: 'heading', level: 3, text: 'One shop · €19 a month' },
                {
                  id: 'plan-1-text',
                  type: 'richText',
                  content: prose('As many things and people as you like. Cancel on any day.'),
                },
              ],
              [
                { id: 'plan-2', type: 'heading', level: 3, text: 'Up to five · €59 a month' },
                {
                  id: 'plan-2-text',
                  type: 'richText',
                  content: prose('Move stock between shops and see them all on one page.'),
                },
              ],
            ],
          },
          { id: 'line', type: 'divider' },
          { id: 'trial-head', type: 'heading', text: 'Try it on one shelf' },
          {
            id: 'trial-text',
            type: 'richText',
            content: prose('Thirty days, no card. If you leave, you get your list as a spreadsheet.'),
          },
          {
            id: 'trial',
            type: 'form',
            next: 'thanks',
            fields: [
              { id: 'name', kind: 'text', label: 'Your name', required: true },
              { id: 'mail', kind: 'email', label: 'Where shall we send the link?', required: true },
              { id: 'shop', kind: 'text', label: 'What do you sell?' },
              { id: 'ok', kind: 'consent', label: 'You may write to me about the trial', required: true },
            ],
          },
        ],
      },
      {
        id: 'thanks',
        title: 'The link is on its way',
        blocks: [
          {
            id: 'thanks-text',
            type: 'richText',
            content: prose(
              'It should be with you in a minute. If it is not, look among the adverts, or write to [hello@example.com](mailto:hello@example.com) and a person answers.',
            ),
          },
          { id: 'again', type: 'button', label: 'Back to the beginning', to: 'start' },
        ],
      },
    ],
  }),
)
