import type { Document } from './content.ts'

/** One of every block, for tests and for looking at. */
export const sampleDocument: Document = {
  pages: [
    {
      id: 'start',
      title: 'A tour of the new harbour',
      blocks: [
        {
          id: 'text',
          type: 'richText',
          content: {
            type: 'doc',
            content: [
              { type: 'paragraph', content: [{ type: 'text', text: 'Where ships meet the city.' }] },
              {
                type: 'bulletList',
                content: [
                  {
                    type: 'listItem',
                    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'A market hall' }] }],
                  },
                ],
              },
              {
                type: 'blockquote',
                content: [{ type: 'paragraph', content: [{ type: 'text', text: 'The water is the first street.' }] }],
              },
            ],
          },
        },
        { id: 'go', type: 'button', label: 'See the plans', to: 'plans' },
        { id: 'head', type: 'heading', text: 'Look around' },
        {
          id: 'picture',
          type: 'image',
          src: 'https://pictures.example/harbour.jpg',
          alt: 'The harbour',
          caption: 'The harbour at dawn',
        },
        { id: 'film', type: 'video', src: 'https://pictures.example/harbour.mp4', title: 'A short film' },
        { id: 'sound', type: 'audio', src: 'https://pictures.example/harbour.mp3', title: 'The sound of the quay' },
        { id: 'paper', type: 'file', src: 'https://pictures.example/harbour.pdf', title: 'The plans as PDF' },
        { id: 'map', type: 'embed', url: 'https://maps.example/harbour' },
        {
          id: 'two',
          type: 'columns',
          columns: [
            [{ id: 'left', type: 'heading', level: 3, text: 'By day' }],
            [{ id: 'right', type: 'heading', level: 3, text: 'By night' }],
          ],
        },
        { id: 'line', type: 'divider' },
        {
          id: 'vote',
          type: 'poll',
          question: 'What would bring you here?',
          choices: [
            { id: 'food', text: 'The market hall' },
            { id: 'walk', text: 'A walk along the water' },
          ],
        },
        {
          id: 'quiz',
          type: 'quiz',
          questions: [
            {
              id: 'year',
              text: 'When was the old harbour built?',
              choices: [
                { id: 'a', text: '1854' },
                { id: 'b', text: '1911' },
              ],
              correct: ['a'],
            },
            {
              id: 'ships',
              text: 'Which ships come here?',
              choices: [
                { id: 'a', text: 'Ferries' },
                { id: 'b', text: 'Sailing boats' },
                { id: 'c', text: 'Tankers' },
              ],
              correct: ['a', 'b'],
            },
          ],
        },
        {
          id: 'lead',
          type: 'form',
          fields: [
            { id: 'name', kind: 'text', label: 'Your name', required: true },
            { id: 'mail', kind: 'email', label: 'Your e-mail', required: true },
            { id: 'day', kind: 'date', label: 'When would you come?' },
            {
              id: 'how',
              kind: 'choice',
              label: 'How?',
              choices: [
                { id: 'bike', text: 'By bicycle' },
                { id: 'boat', text: 'By boat' },
              ],
            },
            { id: 'like', kind: 'rating', label: 'How do you like it?' },
            { id: 'yes', kind: 'consent', label: 'You may write to me', required: true },
          ],
        },
        { id: 'talk', type: 'chat', greeting: 'Ask about the harbour here soon.', starters: ['When does it open?'] },
      ],
    },
    { id: 'plans', title: 'The plans', blocks: [] },
  ],
}
