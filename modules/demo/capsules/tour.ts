import { numbered, pictureUrl, prose, quote } from '../../templates/index.ts'
import type { DemoCapsule } from './capsule.ts'

export function tour(address: (slug: string) => string): DemoCapsule {
  return {
    slug: 'tour',
    title: 'Northlight in four minutes',
    answers: [
      {
        block: 'place',
        values: [
          [['office'], 64],
          [['school'], 38],
          [['library'], 29],
        ],
      },
      {
        block: 'visit-form',
        values: [
          [
            {
              name: 'Amara Lindqvist',
              mail: 'amara@harbourlibrary.example',
              where: 'library',
              day: '2027-02-11',
              ok: true,
            },
            1,
          ],
          [
            {
              name: 'Piet Aldous',
              mail: 'piet@aldous-joinery.example',
              where: 'office',
              rooms: 'Six, and a workshop',
              ok: true,
            },
            1,
          ],
          [
            {
              name: 'Rosa Keane',
              mail: 'r.keane@hillschool.example',
              where: 'school',
              rooms: 'Twenty-two classrooms',
              ok: true,
            },
            1,
          ],
        ],
      },
    ],
    document: {
      format: 1,
      theme: { accent: '#0e7490', font: 'system', mode: 'auto', corner: 'soft' },
      settings: {
        description: 'Lamps that follow the daylight: what Northlight makes, how it goes in, and what it saves.',
        language: 'en',
      },
      pages: [
        {
          id: 'start',
          title: 'Light that follows the day',
          blocks: [
            {
              id: 'harbour',
              type: 'image',
              src: pictureUrl('harbour-dawn'),
              alt: 'Sunrise over a bay: a striped lighthouse, two sailing boats, mountains in the mist',
              caption: 'The bay from our workshop, on a February morning.',
            },
            {
              id: 'lead',
              type: 'richText',
              content: prose(
                'We are fourteen people in a harbour town. We make a sensor the size of a saucer that measures the daylight on your desk and tells the lamps to add **only what is missing**. Buildings that use it need about half the electricity for light, and people in them stop noticing the lamps at all. That is the idea.',
              ),
            },
            {
              id: 'three',
              type: 'columns',
              columns: [
                [
                  { id: 'sense', type: 'heading', level: 3, text: 'Sense' },
                  {
                    id: 'sense-text',
                    type: 'richText',
                    content: prose('A sensor on the ceiling. No camera, no microphone, no cable.'),
                  },
                ],
                [
                  { id: 'plan', type: 'heading', level: 3, text: 'Plan' },
                  {
                    id: 'plan-text',
                    type: 'richText',
                    content: prose('A program that shows each room, and lets the people in it decide.'),
                  },
                ],
                [
                  { id: 'rest', type: 'heading', level: 3, text: 'Rest' },
                  {
                    id: 'rest-text',
                    type: 'richText',
                    content: prose('At dusk the light turns warm by itself. Eyes and neighbours are grateful.'),
                  },
                ],
              ],
            },
            {
              id: 'place',
              type: 'poll',
              question: 'Where do people need light with you?',
              choices: [
                { id: 'office', text: 'In an office', to: 'office' },
                { id: 'school', text: 'In a school', to: 'school' },
                { id: 'library', text: 'In a library or a museum', to: 'library' },
              ],
            },
            { id: 'how-link', type: 'button', label: 'Or begin with how it works', to: 'how' },
          ],
        },
        {
          id: 'how',
          title: 'One sensor, one evening, no new cables',
          blocks: [
            {
              id: 'device',
              type: 'image',
              src: pictureUrl('sensor'),
              alt: 'A round white sensor with a dark lens on a sunlit wall',
              caption: 'Sense 2. It runs for nine years on the light it measures.',
            },
            {
              id: 'steps',
              type: 'richText',
              content: prose(
                numbered(
                  '**We draw.** You send a floor plan, we mark where daylight reaches and where sensors belong.',
                  '**We hang.** One evening for a floor. The sensors stick, and come off without a trace.',
                  '**It learns.** For a week it only watches. On Monday it begins to dim, so slowly that nobody looks up.',
                ),
              ),
            },
            {
              id: 'floor',
              type: 'image',
              src: pictureUrl('floor-plan'),
              alt: 'A floor plan with five rooms: daylight falls in from nine windows, six sensors cover the rooms',
              caption: 'Six sensors are enough for a floor of 400 square metres.',
            },
            { id: 'to-screen', type: 'button', label: 'See it at work', to: 'screen' },
          ],
        },
        {
          id: 'office',
          title: 'In an office, the window side pays for the rest',
          blocks: [
            {
              id: 'curve',
              type: 'image',
              src: pictureUrl('daylight'),
              alt: 'A curve of daylight over a February day: lamps are needed before half past ten and after half past two',
            },
            {
              id: 'office-text',
              type: 'richText',
              content: prose(
                'Even in February the desks by the window have enough daylight from half past ten to half past two. In most offices the lamps burn all the same, because one switch is for the whole floor and somebody at the back needs it.',
                'With a sensor for each group of desks, the back keeps its light and the front keeps its morning.',
              ),
            },
            { id: 'office-on', type: 'button', label: 'See it at work', to: 'screen' },
          ],
        },
        {
          id: 'school',
          title: 'In a school, the board comes first',
          blocks: [
            {
              id: 'school-text',
              type: 'richText',
              content: prose(
                'Sun on the board means blinds down and lamps on: the brightest hour of the day is spent in artificial light. Northlight knows where the sun stands, and asks for the blinds of **one window** instead of all.',
                quote(
                  'The children noticed on the second day. They asked why it was so quiet. It was the lamps that no longer hummed.',
                  'A teacher of form four',
                ),
              ),
            },
            { id: 'school-on', type: 'button', label: 'See it at work', to: 'screen' },
          ],
        },
        {
          id: 'library',
          title: 'In a library, paper has a vote',
          blocks: [
            {
              id: 'library-picture',
              type: 'image',
              src: pictureUrl('reading-room'),
              alt: 'A reading room: five tall arched windows, shelves, two people reading at a long table',
            },
            {
              id: 'library-text',
              type: 'richText',
              content: prose(
                'Readers want 500 lux, old paper wants 50. So each shelf gets what its books can bear, and each table what its readers need.',
                `How that went in a building from 1911 is told in [the story of the Tidewater Library](${address('tidewater-library')}).`,
              ),
            },
            { id: 'library-on', type: 'button', label: 'See it at work', to: 'screen' },
          ],
        },
        {
          id: 'screen',
          title: 'A building on one page',
          blocks: [
            {
              id: 'dashboard',
              type: 'image',
              src: pictureUrl('dashboard'),
              alt: 'A program with three figures, a curve of daylight and lamps over the day, and a list of rooms',
              caption: 'Plan shows what the sun does, what the lamps add, and which rooms could do with less.',
            },
            {
              id: 'screen-text',
              type: 'richText',
              content: prose(
                'Everybody in the building may look, and change the room they sit in for two hours. After that the day takes over again. The figures stay in the building: there is no account, no cloud, and nobody can see who was at which desk.',
              ),
            },
            { id: 'visit-link', type: 'button', label: 'Have us look at your rooms', to: 'visit' },
          ],
        },
        {
          id: 'visit',
          title: 'An hour in your rooms',
          blocks: [
            {
              id: 'visit-text',
              type: 'richText',
              content: prose(
                'One of us comes with a meter and a step ladder, measures at twenty points, and leaves you a page with what could be saved. It costs nothing, and you may give the page to anybody.',
              ),
            },
            {
              id: 'visit-form',
              type: 'form',
              next: 'thanks',
              fields: [
                { id: 'name', kind: 'text', label: 'Your name', required: true },
                { id: 'mail', kind: 'email', label: 'Your e-mail address', required: true },
                {
                  id: 'where',
                  kind: 'choice',
                  label: 'What kind of building?',
                  choices: [
                    { id: 'office', text: 'Office' },
                    { id: 'school', text: 'School' },
                    { id: 'library', text: 'Library or museum' },
                    { id: 'other', text: 'Something else' },
                  ],
                },
                { id: 'rooms', kind: 'text', label: 'How many rooms?' },
                { id: 'day', kind: 'date', label: 'A day that suits you' },
                { id: 'ok', kind: 'consent', label: 'You may write to me about the visit', required: true },
              ],
            },
          ],
        },
        {
          id: 'thanks',
          title: 'Until soon',
          blocks: [
            {
              id: 'thanks-text',
              type: 'richText',
              content: prose(
                'We write within two days. If you like reading more than waiting: [a field guide to daylight](' +
                  address('field-guide') +
                  ') takes ten minutes and will make you look at your ceiling.',
              ),
            },
            { id: 'again', type: 'button', label: 'Back to the beginning', to: 'start' },
          ],
        },
      ],
    },
  }
}
