import type { LeafBlock } from '../document.ts'
import { pictureUrl } from '../pictures/album.ts'
import { bullets, prose } from '../prose.ts'
import { template } from '../template.ts'

export const workshopAgenda = template(
  'workshop-agenda',
  'Workshop agenda',
  'A day’s plan people read beforehand, vote on, and find again in the room.',
  () => ({
    format: 1,
    theme: { accent: '#0369a1', font: 'system', mode: 'auto', corner: 'soft' },
    settings: { description: 'One day, three questions, lunch. What we do when, and what to bring.' },
    pages: [
      {
        id: 'start',
        title: 'One day to plan the year',
        blocks: [
          {
            id: 'wall',
            type: 'image',
            src: pictureUrl('workshop-wall'),
            alt: 'A whiteboard with notes in three groups: heard, wondered, will try. A clock, pencils and coffee',
          },
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'Twelve people, one room, no laptops before lunch. We leave with **three things we will do** and a longer list of things we won’t.',
            ),
          },
          { id: 'day', type: 'heading', text: 'The day' },
          row('h-1', '09:00', 'Arrive', 'Coffee, and everybody pins up one customer’s sentence that stayed with them.'),
          row('h-2', '09:30', 'What we heard', 'Sentences become groups. Nobody explains, everybody may move a note.'),
          row(
            'h-3',
            '11:00',
            'What we wonder',
            'Each group becomes a question that begins with “What if”. Then a walk, in pairs, with one question each.',
          ),
          row('h-4', '12:30', 'Lunch', 'Soup from next door. Work is not talked about until the bowls are empty.'),
          row('h-5', '13:30', 'Two rooms', 'The part that you choose below.'),
          row(
            'h-6',
            '15:30',
            'What we will try',
            'Three things, each with a person and a date. The rest goes onto the no-list, read aloud with respect.',
          ),
          { id: 'choose', type: 'heading', text: 'Your afternoon' },
          {
            id: 'session',
            type: 'poll',
            question: 'Which room do you want to be in at 13:30?',
            choices: [
              { id: 'sketch', text: 'Sketching: from a question to a drawing', to: 'sketch' },
              { id: 'stop', text: 'Stopping: what we could let go of', to: 'stop' },
            ],
          },
          { id: 'prepare', type: 'heading', text: 'Before you come' },
          {
            id: 'prepare-text',
            type: 'richText',
            content: prose(
              bullets(
                'Ask one customer what they nearly left us for.',
                'Bring their answer, in their words, on paper.',
                'Wear shoes for a walk.',
              ),
            ),
          },
          {
            id: 'print',
            type: 'file',
            src: pictureUrl('workshop-wall'),
            title: 'The wall as a picture, to print and hang up (SVG)',
          },
        ],
      },
      {
        id: 'sketch',
        title: 'Sketching',
        blocks: [
          {
            id: 'sketch-text',
            type: 'richText',
            content: prose(
              'Eight sheets, eight minutes, eight bad drawings. Then one good one, together. You need not be able to draw: boxes and arrows have always been enough.',
            ),
          },
          { id: 'sketch-on', type: 'button', label: 'Say that you come', to: 'come' },
        ],
      },
      {
        id: 'stop',
        title: 'Stopping',
        blocks: [
          {
            id: 'stop-text',
            type: 'richText',
            content: prose(
              'Everything we do twice a month gets a card, and every card two questions: who would miss it, and when would they notice? It is the kinder half of planning.',
            ),
          },
          { id: 'stop-on', type: 'button', label: 'Say that you come', to: 'come' },
        ],
      },
      {
        id: 'come',
        title: 'Say that you come',
        blocks: [
          {
            id: 'seat',
            type: 'form',
            oncePerVisitor: true,
            fields: [
              { id: 'name', kind: 'text', label: 'Your name', required: true },
              {
                id: 'soup',
                kind: 'choice',
                label: 'Which soup?',
                required: true,
                choices: [
                  { id: 'lentil', text: 'Lentil and lemon' },
                  { id: 'fish', text: 'Fish and fennel' },
                  { id: 'none', text: 'I bring my own' },
                ],
              },
              { id: 'need', kind: 'text', label: 'Is there anything you need in the room?' },
            ],
          },
          {
            id: 'ask',
            type: 'chat',
            greeting: 'Not sure yet? Ask about the day.',
            starters: ['What is there for lunch?', 'What should I bring?', 'May I use a laptop?'],
          },
        ],
      },
    ],
  }),
)

/** An hour of the day: when, and what. */
function row(id: string, hour: string, name: string, text: string) {
  const when: LeafBlock[] = [{ id: `${id}-when`, type: 'heading', level: 3, text: hour }]
  const what: LeafBlock[] = [{ id: `${id}-what`, type: 'richText', content: prose(`**${name}.** ${text}`) }]
  return { id, type: 'columns', columns: [when, what] } as const
}
