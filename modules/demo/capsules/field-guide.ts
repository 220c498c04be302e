import { bullets, code, numbered, pictureUrl, prose, quote, recordingUrl } from '../../templates/index.ts'
import type { DemoCapsule } from './capsule.ts'

/** Every type of block there is, each where it belongs. */
export function fieldGuide(address: (slug: string) => string): DemoCapsule {
  return {
    slug: 'field-guide',
    title: 'A field guide to daylight',
    answers: [
      {
        block: 'wake',
        values: [
          [['light'], 22],
          [['alarm'], 53],
          [['child'], 31],
          [['birds'], 8],
        ],
      },
      {
        block: 'eyes',
        values: [
          [{ moon: ['c'], noon: ['b', 'c'], north: ['a'] }, 9],
          [{ moon: ['b'], noon: ['b', 'c'], north: ['a'] }, 14],
          [{ moon: ['b'], noon: ['b'], north: ['c'] }, 11],
        ],
      },
      {
        block: 'walk',
        values: [
          [{ name: 'Bea', mail: 'bea@example.com', when: 'morning', height: 4, day: '2027-03-20', ok: true }, 1],
          [{ name: 'Anselm', mail: 'anselm@example.com', when: 'dusk', height: 2, ok: true }, 1],
        ],
      },
    ],
    document: {
      format: 1,
      theme: { accent: '#b45309', font: 'system', mode: 'auto', corner: 'soft' },
      settings: {
        description:
          'What light does between sunrise and dusk: to watch, to hear, to measure and to guess. Ten minutes.',
        language: 'en',
      },
      pages: [
        {
          id: 'start',
          title: 'A field guide to daylight',
          blocks: [
            {
              id: 'lead',
              type: 'richText',
              content: prose(
                'You have been in it all your life and have probably never measured it. This guide has a bit of everything: something to watch, something to hear, a quiz, and one instruction: **look up from the screen twice while you read.**',
              ),
            },
            {
              id: 'hills',
              type: 'image',
              src: pictureUrl('hills'),
              alt: 'Green hills in the morning, a field in rows, a house with a red roof and a cyclist',
              caption: '10,000 lux on the road, 400 behind the windows of the house.',
            },
            { id: 'wake-head', type: 'heading', text: 'How a day begins' },
            {
              id: 'wake',
              type: 'poll',
              question: 'What woke you this morning?',
              choices: [
                { id: 'light', text: 'The light' },
                { id: 'alarm', text: 'An alarm' },
                { id: 'child', text: 'A child, or a cat' },
                { id: 'birds', text: 'The birds' },
              ],
            },
            { id: 'song-head', type: 'heading', level: 3, text: 'What birds do at ten lux' },
            {
              id: 'song',
              type: 'audio',
              src: recordingUrl('dawn-song'),
              title: 'A bird at first light, eight seconds',
              caption:
                'Composed from sine waves. Real blackbirds begin about forty minutes before sunrise, at the light of a street lamp.',
            },
            { id: 'watch-head', type: 'heading', level: 3, text: 'A day in eight seconds' },
            {
              id: 'film',
              type: 'video',
              src: recordingUrl('day'),
              title: 'A room over a day: the sun crosses the window, the lamp fills what is missing',
              caption: 'When the sun is high, the lamp is off. Watch the patch of light on the floor.',
            },
            { id: 'on', type: 'button', label: 'On to the measuring', to: 'measure' },
          ],
        },
        {
          id: 'measure',
          title: 'How much is that in lux?',
          blocks: [
            {
              id: 'lux-text',
              type: 'richText',
              content: prose(
                'One lux is the light of one candle, a metre away. From there it goes up quickly:',
                code(
                  'full moon            0.3 lux\ncandle, 1 m          1\nstreet lamp         10\nliving room        150\ndesk               500\ncloudy noon     10 000\nsunny noon     100 000',
                ),
                'Your eyes hide this from you. They turn **a factor of three hundred thousand** into “a bit darker in here”.',
              ),
            },
            {
              id: 'two',
              type: 'columns',
              columns: [
                [
                  { id: 'south', type: 'heading', level: 3, text: 'A window to the south' },
                  {
                    id: 'south-text',
                    type: 'richText',
                    content: prose(bullets('Warm, moving, generous', 'Blinds at noon', 'Good for plants and cats')),
                  },
                ],
                [
                  { id: 'north', type: 'heading', level: 3, text: 'A window to the north' },
                  {
                    id: 'north-text',
                    type: 'richText',
                    content: prose(
                      bullets(
                        'Even from morning to evening',
                        'No glare, no patch on the floor',
                        'Good for painters and screens',
                      ),
                    ),
                  },
                ],
              ],
            },
            {
              id: 'rule',
              type: 'richText',
              content: prose(
                'A rule of thumb for any room:',
                numbered(
                  'Stand where you work.',
                  'Look up. How much sky can you see?',
                  '*None*: you need a lamp all day. *A hand’s width*: until ten and from three. *More*: put your desk there.',
                ),
                quote('Light is free. The lamp is for the difference.', 'Sunniva, on the first page of every survey'),
              ),
            },
            {
              id: 'plan',
              type: 'file',
              src: pictureUrl('floor-plan'),
              title: 'A floor with its daylight, to print (SVG)',
              caption: 'Draw your own rooms beside it.',
            },
            { id: 'line', type: 'divider' },
            { id: 'quiz-head', type: 'heading', text: 'Three guesses' },
            {
              id: 'eyes',
              type: 'quiz',
              questions: [
                {
                  id: 'moon',
                  text: 'How long do your eyes take to see well in the dark?',
                  choices: [
                    { id: 'a', text: 'One minute' },
                    { id: 'b', text: 'Ten minutes' },
                    { id: 'c', text: 'Half an hour' },
                  ],
                  correct: ['c'],
                  explanation:
                    'The cones are done after ten minutes, the rods need thirty. One look at a phone, and it begins again.',
                },
                {
                  id: 'noon',
                  text: 'Which of these are brighter than a well-lit desk?',
                  choices: [
                    { id: 'a', text: 'A full moon over snow' },
                    { id: 'b', text: 'The shade of a tree at noon' },
                    { id: 'c', text: 'A cloudy day in November, outside' },
                  ],
                  correct: ['b', 'c'],
                  explanation:
                    'Outside is nearly always brighter than inside. The moon, for all its fame, gives a third of a lux.',
                },
                {
                  id: 'north',
                  text: 'Why did painters want windows to the north?',
                  choices: [
                    { id: 'a', text: 'The light stays the same all day' },
                    { id: 'b', text: 'It is brighter there' },
                    { id: 'c', text: 'It dries the paint' },
                  ],
                  correct: ['a'],
                  explanation:
                    'No sun comes in, only sky: shadows stay where they were in the morning. Our house is named for it.',
                },
              ],
              next: 'outside',
            },
          ],
        },
        {
          id: 'outside',
          title: 'And now, outside',
          blocks: [
            {
              id: 'outside-text',
              type: 'richText',
              content: prose(
                'On the first Saturday of a month Mira walks with twelve people and twelve meters from the harbour to the woods. It takes two hours, and you will not look at a shadow the same way again.',
              ),
            },
            {
              id: 'map',
              type: 'embed',
              url: 'https://www.openstreetmap.org/export/embed.html?bbox=18.85,69.62,19.05,69.68&layer=mapnik',
              title: 'A map of Tromsø, where the sun stays below the horizon for seven weeks',
            },
            {
              id: 'map-text',
              type: 'richText',
              content: prose(
                'Those who want more dark than we have go north: in Tromsø (above, on a map by the volunteers of OpenStreetMap) the sun does not rise from late November to mid-January.',
              ),
            },
            { id: 'walk-head', type: 'heading', text: 'Walk with us' },
            {
              id: 'walk',
              type: 'form',
              next: 'thanks',
              fields: [
                { id: 'name', kind: 'text', label: 'Your name', required: true },
                { id: 'mail', kind: 'email', label: 'Your e-mail address', required: true },
                {
                  id: 'when',
                  kind: 'choice',
                  label: 'Which light?',
                  required: true,
                  choices: [
                    { id: 'morning', text: 'Sunrise' },
                    { id: 'noon', text: 'Noon' },
                    { id: 'dusk', text: 'Dusk' },
                  ],
                },
                { id: 'day', kind: 'date', label: 'A Saturday you have in mind' },
                { id: 'height', kind: 'rating', label: 'How well do you get up in the morning?' },
                { id: 'ok', kind: 'consent', label: 'You may write to me about the walk', required: true },
              ],
            },
            { id: 'chat-head', type: 'heading', level: 3, text: 'Or ask the guide' },
            {
              id: 'ask',
              type: 'chat',
              greeting: 'What would you like to know about light?',
              starters: ['What is a lux?', 'How bright is a full moon?', 'Which window suits painters?'],
            },
          ],
        },
        {
          id: 'thanks',
          title: 'Bring gloves',
          blocks: [
            {
              id: 'thanks-text',
              type: 'richText',
              content: prose(
                'We meet at the lighthouse. Meters are there, warmth is not.',
                `Until then: [the evening on which we switch everything off](${address('light-evening')}).`,
              ),
            },
            { id: 'again', type: 'button', label: 'Back to the first page', to: 'start' },
          ],
        },
      ],
    },
  }
}
