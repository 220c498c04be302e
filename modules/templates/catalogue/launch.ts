import { pictureUrl } from '../pictures/album.ts'
import { bullets, code, prose } from '../prose.ts'
import { template } from '../template.ts'

export const launch = template(
  'launch',
  'Launch announcement',
  'Something new, out today: what it is, why it matters, and how to try it first.',
  () => ({
    format: 1,
    theme: { accent: '#ff8a5c', font: 'mono', mode: 'dark', corner: 'square' },
    settings: { description: 'Offline mode is here: everything you do at a desk, on a mountain without a signal.' },
    pages: [
      {
        id: 'start',
        title: 'Out today: work where there is no signal',
        blocks: [
          {
            id: 'hero',
            type: 'image',
            src: pictureUrl('orbit'),
            alt: 'A striped orange sun on the horizon, five rings around it, each with a small moon',
          },
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'Surveyors asked for one thing nine years in a row. Since this morning it is there: **offline mode**. What you can do at your desk you can do in a tunnel, on a glacier and on the 17:42 home.',
            ),
          },
          { id: 'try', type: 'button', label: 'Be among the first', to: 'first' },
          { id: 'new', type: 'heading', text: 'What is new' },
          {
            id: 'parts',
            type: 'columns',
            columns: [
              [
                { id: 'p-1', type: 'heading', level: 3, text: 'It never asks' },
                {
                  id: 'p-1-text',
                  type: 'richText',
                  content: prose('No switch, no download step. Whatever you opened this week is there.'),
                },
              ],
              [
                { id: 'p-2', type: 'heading', level: 3, text: 'It never loses' },
                {
                  id: 'p-2-text',
                  type: 'richText',
                  content: prose('Two people changed one point? Both values stay, side by side, until you choose.'),
                },
              ],
              [
                { id: 'p-3', type: 'heading', level: 3, text: 'It never waits' },
                {
                  id: 'p-3-text',
                  type: 'richText',
                  content: prose('One bar is enough: measurements first, photographs when there is room.'),
                },
              ],
            ],
          },
          { id: 'numbers', type: 'heading', text: 'Tested where it hurts' },
          {
            id: 'log',
            type: 'richText',
            content: prose(
              'From the log of our longest trial, a drainage survey below a mountain pass:',
              code(
                'days without signal       6\npoints measured       4 318\nconflicts settled         9\npoints lost               0',
              ),
            ),
          },
          {
            id: 'where',
            type: 'poll',
            question: 'Where will you lose your signal first?',
            choices: [
              { id: 'mountain', text: 'On a mountain' },
              { id: 'below', text: 'Below the ground' },
              { id: 'train', text: 'On a train' },
              { id: 'office', text: 'In our own meeting room' },
            ],
          },
          { id: 'line', type: 'divider' },
          {
            id: 'fine',
            type: 'richText',
            content: prose(
              bullets(
                'Included in every plan. The price stays.',
                'Phones and tablets from today, laptops in autumn.',
                'Your data lies encrypted on the device.',
              ),
            ),
          },
        ],
      },
      {
        id: 'first',
        title: 'Be among the first',
        blocks: [
          {
            id: 'first-text',
            type: 'richText',
            content: prose(
              'We open it to two hundred teams a day. Leave an address, and we write on the morning it is your turn, once.',
            ),
          },
          {
            id: 'list',
            type: 'form',
            oncePerVisitor: true,
            next: 'done',
            fields: [
              { id: 'mail', kind: 'email', label: 'Your work e-mail', required: true },
              {
                id: 'device',
                kind: 'choice',
                label: 'What do you carry outside?',
                choices: [
                  { id: 'phone', text: 'A phone' },
                  { id: 'tablet', text: 'A tablet' },
                  { id: 'both', text: 'Both' },
                ],
              },
              { id: 'ok', kind: 'consent', label: 'One e-mail, about this', required: true },
            ],
          },
        ],
      },
      {
        id: 'done',
        title: 'You are on the list',
        blocks: [
          {
            id: 'done-text',
            type: 'richText',
            content: prose('Bring a charged battery. That is the one thing we can’t cache.'),
          },
        ],
      },
    ],
  }),
)
