import { bullets, pictureUrl, prose } from '../../templates/index.ts'
import type { DemoCapsule } from './capsule.ts'

export function lightEvening(): DemoCapsule {
  return {
    slug: 'light-evening',
    title: 'The Midwinter Light Evening',
    answers: [
      {
        block: 'evening',
        values: [
          [['before'], 21],
          [['longest'], 34],
          [['after', 'longest'], 18],
          [['before', 'longest', 'after'], 11],
          [['after'], 9],
        ],
      },
      {
        block: 'talk',
        values: [
          [['dark'], 41],
          [['painters'], 27],
          [['lamp'], 19],
          [['birds'], 14],
        ],
      },
      {
        block: 'rsvp',
        values: [
          [{ name: 'Tove Brandvik', come: 'two', bring: 'A paper lantern from Osaka' }, 1],
          [{ name: 'Idris Okonjo', come: 'one', bring: 'My grandfather’s miner’s lamp' }, 1],
          [{ name: 'Hanne Vester', come: 'family' }, 1],
          [{ name: 'Luca Perrin', come: 'no' }, 1],
          [{ name: 'Sefa Yildirim', come: 'two', bring: 'Candied almonds, which shine' }, 1],
        ],
      },
    ],
    document: {
      format: 1,
      theme: { accent: '#5eead4', font: 'system', mode: 'dark', corner: 'soft' },
      settings: {
        description: 'One evening in the dark, with eleven lamps and hot soup. Help us choose the date and the talk.',
        language: 'en',
      },
      pages: [
        {
          id: 'start',
          title: 'The Midwinter Light Evening',
          blocks: [
            {
              id: 'sky',
              type: 'image',
              src: pictureUrl('northern-lights'),
              alt: 'Green and violet northern lights over a frozen lake and a cabin with one lit window',
            },
            {
              id: 'lead',
              type: 'richText',
              content: prose(
                'Once a year we switch everything off. The workshop, the street lamps in front of it (we asked), every screen. Then we light **eleven lamps, one after the other**, from an oil wick of 1790 to the one we finished last week, and somebody tells a story about each.',
              ),
            },
            {
              id: 'what',
              type: 'richText',
              content: prose(
                bullets(
                  '**Six o’clock:** doors, soup, coats stay on',
                  '**Seven:** dark. Really dark',
                  '**Half past eight:** a talk, which you choose below',
                  '**Ten:** the last lamp is yours to blow out',
                ),
              ),
            },
            {
              id: 'evening',
              type: 'poll',
              question: 'Which evenings could you come?',
              multiple: true,
              choices: [
                { id: 'before', text: 'The Friday before midwinter' },
                { id: 'longest', text: 'The longest night itself' },
                { id: 'after', text: 'Between the years' },
              ],
            },
            {
              id: 'talk',
              type: 'poll',
              question: 'Which talk would you stay for?',
              choices: [
                { id: 'dark', text: 'What eyes do in the first twenty minutes of darkness' },
                { id: 'painters', text: 'Why painters asked for windows to the north' },
                { id: 'lamp', text: 'A lamp that burned for a hundred years' },
                { id: 'birds', text: 'How birds know that it is morning' },
              ],
            },
            { id: 'to-come', type: 'button', label: 'Say that you come', to: 'come' },
          ],
        },
        {
          id: 'come',
          title: 'A seat in the dark',
          blocks: [
            {
              id: 'way',
              type: 'image',
              src: pictureUrl('town-map'),
              alt: 'A map: from the central station over the footbridge to the Boathouse, fourteen minutes on foot',
              caption: 'The Boathouse is beside our workshop. Bring a torch for the way back.',
            },
            {
              id: 'rsvp',
              type: 'form',
              oncePerVisitor: true,
              next: 'until',
              fields: [
                { id: 'name', kind: 'text', label: 'Your name', required: true },
                {
                  id: 'come',
                  kind: 'choice',
                  label: 'Who comes?',
                  required: true,
                  choices: [
                    { id: 'one', text: 'I do' },
                    { id: 'two', text: 'Two of us' },
                    { id: 'family', text: 'The family, children too' },
                    { id: 'no', text: 'Not this year', to: 'pity' },
                  ],
                },
                { id: 'bring', kind: 'text', label: 'Would you bring a lamp with a story?' },
              ],
            },
          ],
        },
        {
          id: 'until',
          title: 'Until the dark, then',
          blocks: [
            {
              id: 'until-text',
              type: 'richText',
              content: prose(
                'We write when the evening is settled. Dress as if you were going outside: the old lamps want an open window.',
              ),
            },
          ],
        },
        {
          id: 'pity',
          title: 'Next year, then',
          blocks: [
            {
              id: 'pity-text',
              type: 'richText',
              content: prose(
                'We will light the eleventh lamp at ten sharp. If you switch yours off at that minute, wherever you are, you have been there.',
              ),
            },
          ],
        },
      ],
    },
  }
}
