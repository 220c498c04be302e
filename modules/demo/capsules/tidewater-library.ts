import { bullets, pictureUrl, prose, quote } from '../../templates/index.ts'
import type { DemoCapsule } from './capsule.ts'

export function tidewaterLibrary(address: (slug: string) => string): DemoCapsule {
  return {
    slug: 'tidewater-library',
    title: 'The library that turned its lamps down',
    answers: [
      {
        block: 'yours',
        values: [
          [['guess'], 47],
          [['bill'], 31],
          [['metered'], 12],
        ],
      },
    ],
    document: {
      format: 1,
      theme: { accent: '#8f2d3a', font: 'serif', mode: 'auto', corner: 'soft' },
      settings: {
        description:
          'How the Tidewater Library of 1911 uses 45 percent less electricity for light, and why its readers stay longer.',
        language: 'en',
        indexed: true,
      },
      pages: [
        {
          id: 'start',
          title: 'The library that turned its lamps down',
          blocks: [
            {
              id: 'lead',
              type: 'richText',
              content: prose(
                'The Tidewater Library has had tall windows since 1911 and lamps on all day since 1974. When the heating bill had been dealt with, the light bill was the largest one left. A year after the sensors it is **45 percent smaller**, and nobody has asked for a lamp to be turned back up.',
              ),
            },
            {
              id: 'room',
              type: 'image',
              src: pictureUrl('reading-room'),
              alt: 'The reading room: five tall arched windows, shelves of coloured books, two readers at a long table with green lamps',
              caption: 'The reading room at eleven in the morning. The green lamps are off.',
            },
            {
              id: 'figures',
              type: 'columns',
              columns: [
                [
                  { id: 'f-1', type: 'heading', level: 2, text: '− 45 %' },
                  { id: 'f-1-text', type: 'richText', content: prose('electricity for light, over a whole year') },
                ],
                [
                  { id: 'f-2', type: 'heading', level: 2, text: '58' },
                  {
                    id: 'f-2-text',
                    type: 'richText',
                    content: prose('sensors, hung in three evenings, without one screw'),
                  },
                ],
                [
                  { id: 'f-3', type: 'heading', level: 2, text: '+ 19 min' },
                  { id: 'f-3-text', type: 'richText', content: prose('longer stays in the reading room, on average') },
                ],
              ],
            },
            { id: 'before', type: 'heading', text: 'One switch for three storeys' },
            {
              id: 'before-text',
              type: 'richText',
              content: prose(
                'The caretaker arrived at seven and threw a brass switch behind the porter’s desk. It lit three storeys. At nine in the evening he threw it back. Nobody had decided this; it was simply where the cables met.',
                'A survey of twenty points on a cloudy morning in March showed what everybody had stopped seeing: under the windows there were 1,100 lux **with the lamps on**. Reading needs 500. The shelves of local history, where the paper is oldest, had 340. They should have had fifty.',
              ),
            },
            {
              id: 'day',
              type: 'image',
              src: pictureUrl('daylight'),
              alt: 'A curve of daylight over a February day. From half past ten to half past two it is above the 500 lux that reading needs',
              caption: 'Even in February the window tables need no lamps from half past ten to half past two.',
            },
            { id: 'work', type: 'heading', text: 'Three evenings in October' },
            {
              id: 'work-text',
              type: 'richText',
              content: prose(
                'The building is listed, so everything had to come off again without a trace. The sensors sit on the cornices, on tape. The old lamps stayed; only what feeds them changed.',
                bullets(
                  '**First evening:** the reading room. Each table became a group of its own.',
                  '**Second evening:** the stacks. Light comes on where somebody walks, at the brightness that the books there can bear.',
                  '**Third evening:** the entrance hall, and soup for the volunteers who had moved 4,000 books out of the way.',
                ),
                'For a week the sensors only watched. On the Monday after, they began to dim: one percent every forty seconds, which no eye can see.',
              ),
            },
            {
              id: 'voice',
              type: 'richText',
              content: prose(
                quote(
                  'I waited for the complaints. After two weeks a reader came to my desk and asked whether we had cleaned the windows.',
                  'Amara Lindqvist, who runs the library',
                ),
              ),
            },
            { id: 'after', type: 'heading', text: 'A year later' },
            {
              id: 'chart',
              type: 'image',
              src: pictureUrl('light-by-month'),
              alt: 'Bars for each month, before and after. Before: 2,200 to 3,900 kilowatt hours. After: 850 to 2,750',
              caption: '37,000 kilowatt hours in the year before, 20,200 in the year after.',
            },
            {
              id: 'after-text',
              type: 'richText',
              content: prose(
                'Summer saves most, as expected. What nobody expected was December: on dark afternoons the lamps in empty rooms had burned for nobody.',
                'And the readers? They stay nineteen minutes longer. We can’t prove that this is the light. We like to think so.',
              ),
            },
            { id: 'line', type: 'divider' },
            {
              id: 'yours',
              type: 'poll',
              question: 'Do you know what your light costs?',
              choices: [
                { id: 'metered', text: 'Yes, it has its own meter' },
                { id: 'bill', text: 'It is somewhere in the bill' },
                { id: 'guess', text: 'I would be guessing' },
              ],
            },
            {
              id: 'more',
              type: 'richText',
              content: prose(
                `An hour is enough to find out: [a light survey](${address('light-survey')}) is free, and the page you get is yours.`,
              ),
            },
            {
              id: 'ask',
              type: 'chat',
              greeting: 'What would you like to know about the library?',
              starters: [
                'What happened on the second evening?',
                'How bright is it under the windows?',
                'Do readers stay longer?',
              ],
            },
            {
              id: 'write',
              type: 'button',
              label: 'Write to the people who did it',
              to: 'mailto:hello@northlight.example',
            },
          ],
        },
      ],
    },
  }
}
