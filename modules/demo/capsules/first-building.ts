import { bullets, pictureUrl, prose } from '../../templates/index.ts'
import type { DemoCapsule } from './capsule.ts'

export function firstBuilding(): DemoCapsule {
  const all = { height: ['c'], window: ['b'], tape: ['a', 'c'], week: ['b'], desk: ['a'] }
  return {
    slug: 'first-building',
    title: 'Ready for your first building?',
    answers: [
      {
        block: 'check',
        values: [
          [all, 17],
          [{ ...all, tape: ['a'] }, 9],
          [{ ...all, height: ['b'], week: ['a'] }, 6],
          [{ ...all, height: ['a'], window: ['c'], tape: ['b'], week: ['c'] }, 3],
        ],
      },
      {
        block: 'feedback',
        values: [
          [{ clear: 5, brave: 4, missing: 'A photo of a ceiling with pipes. Mine had nothing else.' }, 1],
          [{ clear: 4, brave: 5 }, 1],
          [{ clear: 5, brave: 3, missing: 'How do I get up there without a ladder?' }, 1],
        ],
      },
    ],
    document: {
      format: 1,
      theme: { accent: '#6d28d9', font: 'rounded', mode: 'auto', corner: 'round' },
      settings: {
        description: 'For new installers at Northlight: the four rules, and five questions.',
        language: 'en',
      },
      pages: [
        {
          id: 'start',
          title: 'Ready for your first building?',
          blocks: [
            {
              id: 'desk',
              type: 'image',
              src: pictureUrl('desk'),
              alt: 'A desk by a window with a laptop that says hello, a plant, a mug and a letter',
            },
            {
              id: 'lead',
              type: 'richText',
              content: prose(
                'On Thursday you hang your first floor of sensors, with Jonas holding the ladder. These are the four rules that everybody here learned by breaking them. Read them, then try five questions. **You may try as often as you like.**',
              ),
            },
            {
              id: 'rules',
              type: 'columns',
              columns: [
                [
                  { id: 'r-1', type: 'heading', level: 3, text: 'Look up first' },
                  {
                    id: 'r-1-text',
                    type: 'richText',
                    content: prose(
                      bullets(
                        'Hang at 2.4 to 3.2 metres.',
                        'Two metres from any window, so that it sees the desk and not the sky.',
                      ),
                    ),
                  },
                  { id: 'r-2', type: 'heading', level: 3, text: 'Leave no trace' },
                  {
                    id: 'r-2-text',
                    type: 'richText',
                    content: prose(
                      bullets(
                        'Tape on paint and plaster.',
                        'Never screws in a listed building.',
                        'Photograph the ceiling before and after.',
                      ),
                    ),
                  },
                ],
                [
                  { id: 'r-3', type: 'heading', level: 3, text: 'Let it watch' },
                  {
                    id: 'r-3-text',
                    type: 'richText',
                    content: prose(
                      bullets('Seven days of only watching.', 'Dimming begins on a Monday, never on a Friday.'),
                    ),
                  },
                  { id: 'r-4', type: 'heading', level: 3, text: 'Ask the desk' },
                  {
                    id: 'r-4-text',
                    type: 'richText',
                    content: prose(
                      bullets(
                        'The person who sits there is right.',
                        'If they say it is dark, it is dark, whatever the meter says.',
                      ),
                    ),
                  },
                ],
              ],
            },
            { id: 'on', type: 'button', label: 'Five questions', to: 'quiz' },
          ],
        },
        {
          id: 'quiz',
          title: 'Five questions',
          blocks: [
            {
              id: 'check',
              type: 'quiz',
              outcomes: [
                { from: 0, to: 'again' },
                { from: 3, to: 'nearly' },
                { from: 5, to: 'ready' },
              ],
              questions: [
                {
                  id: 'height',
                  text: 'The ceiling is at 4.1 metres. Where does the sensor go?',
                  choices: [
                    { id: 'a', text: 'On the ceiling, it sees further from there' },
                    { id: 'b', text: 'On the wall, at eye height' },
                    { id: 'c', text: 'On a pendant or a beam, at about three metres' },
                  ],
                  correct: ['c'],
                  explanation: 'Above 3.2 metres it averages half the room, and the back row goes dark first.',
                },
                {
                  id: 'window',
                  text: 'Why two metres from the window?',
                  choices: [
                    { id: 'a', text: 'So that the sun can’t damage it' },
                    { id: 'b', text: 'So that it sees the desk, not the sky' },
                    { id: 'c', text: 'So that the cable is shorter' },
                  ],
                  correct: ['b'],
                  explanation: 'A sensor that looks at the sky believes that every room is bright.',
                },
                {
                  id: 'tape',
                  text: 'A listed building with old plaster. What may you use?',
                  choices: [
                    { id: 'a', text: 'Tape' },
                    { id: 'b', text: 'Two short screws' },
                    { id: 'c', text: 'A clamp on the lamp' },
                  ],
                  correct: ['a', 'c'],
                  explanation: 'Anything that comes off without a trace. Screws stay in the plaster’s memory.',
                },
                {
                  id: 'week',
                  text: 'The last sensor hangs on a Thursday. When does the dimming begin?',
                  choices: [
                    { id: 'a', text: 'The next morning' },
                    { id: 'b', text: 'On the Monday after a week of watching' },
                    { id: 'c', text: 'When the customer calls' },
                  ],
                  correct: ['b'],
                  explanation: 'A week has one of each day in it, and on Mondays somebody is here to answer the phone.',
                },
                {
                  id: 'desk',
                  text: 'The meter says 520 lux. The person at the desk says it is too dark.',
                  choices: [
                    { id: 'a', text: 'Then it is too dark' },
                    { id: 'b', text: 'Then the meter is right' },
                  ],
                  correct: ['a'],
                  explanation: 'A dark wall, a glossy screen, tired eyes: there are good reasons that no meter sees.',
                },
              ],
            },
          ],
        },
        {
          id: 'again',
          title: 'Not yet, and that is fine',
          blocks: [
            {
              id: 'again-text',
              type: 'richText',
              content: prose(
                'Everybody’s first try looked like this. Read the four rules once more: each question is about one of them.',
              ),
            },
            { id: 'again-on', type: 'button', label: 'Back to the rules', to: 'start' },
          ],
        },
        {
          id: 'nearly',
          title: 'Nearly. Ask Jonas the rest',
          blocks: [
            {
              id: 'nearly-text',
              type: 'richText',
              content: prose(
                'What you missed was explained under its question. Take it up the ladder with you: Jonas likes to be asked.',
              ),
            },
            { id: 'nearly-on', type: 'button', label: 'How was this page?', to: 'after' },
          ],
        },
        {
          id: 'ready',
          title: 'All five. Bring your own tape',
          blocks: [
            {
              id: 'ready-text',
              type: 'richText',
              content: prose('Thursday, seven in the morning, at the side entrance. There will be buns.'),
            },
            { id: 'ready-on', type: 'button', label: 'How was this page?', to: 'after' },
          ],
        },
        {
          id: 'after',
          title: 'How was this page?',
          blocks: [
            {
              id: 'feedback',
              type: 'form',
              oncePerVisitor: true,
              fields: [
                { id: 'clear', kind: 'rating', label: 'The rules are clear', required: true },
                { id: 'brave', kind: 'rating', label: 'I dare to hang a floor', required: true },
                { id: 'missing', kind: 'text', label: 'What was missing?' },
              ],
            },
          ],
        },
      ],
    },
  }
}
