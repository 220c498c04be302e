import { pictureUrl } from '../pictures/album.ts'
import { bullets, numbered, prose } from '../prose.ts'
import { template } from '../template.ts'

/** What the studio offers whoever is new: a capsule about capsules, to be clicked through, changed and thrown away. */
export const tour = template(
  'tour',
  'Look around: the tour',
  'A capsule about capsules: five short pages to click through, change and publish.',
  () => ({
    format: 1,
    theme: { accent: '#1d4f91', font: 'system', mode: 'auto', corner: 'round' },
    settings: { description: 'What a capsule is, what it is made of, and how its answers come back to you.' },
    pages: [
      {
        id: 'start',
        title: 'This is a capsule',
        blocks: [
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'A capsule is a page that somebody can answer. You write it, you send a link, and what people choose, type and look at comes back to you. **This one is yours**: click on any sentence and type over it. Nothing here can be broken, and the arrow at the top takes back what you did.',
            ),
          },
          {
            id: 'picture',
            type: 'image',
            src: pictureUrl('reading-room'),
            alt: 'A reading room in warm daylight: five tall windows, shelves full of books, two people reading at one long table',
            caption: 'A picture is a block. So is the paragraph above it.',
          },
          {
            id: 'three',
            type: 'columns',
            columns: [
              [
                { id: 'write', type: 'heading', level: 3, text: 'You write' },
                {
                  id: 'write-text',
                  type: 'richText',
                  content: prose('On the page itself. What you see while you write is what your visitors see.'),
                },
              ],
              [
                { id: 'send', type: 'heading', level: 3, text: 'You share' },
                {
                  id: 'send-text',
                  type: 'richText',
                  content: prose('One link, for everybody or for a few. It opens on any phone, without an account.'),
                },
              ],
              [
                { id: 'learn', type: 'heading', level: 3, text: 'You learn' },
                {
                  id: 'learn-text',
                  type: 'richText',
                  content: prose('Answers and visits arrive in the studio, as they happen.'),
                },
              ],
            ],
          },
          { id: 'on', type: 'button', label: 'What it is made of', to: 'blocks' },
        ],
      },
      {
        id: 'blocks',
        title: 'Everything is a block',
        blocks: [
          {
            id: 'blocks-text',
            type: 'richText',
            content: prose(
              'A heading, a text, a picture, a question: each is a block of its own. Try three things here:',
              numbered(
                'Type **/** on an empty line, and choose what comes next.',
                'Drag a block by its handle to another place, or move it with the arrows in its menu.',
                'Remove one that you do not need. Undo brings it back.',
              ),
            ),
          },
          { id: 'line', type: 'divider' },
          { id: 'pages-head', type: 'heading', text: 'Pages, and the ways between them' },
          {
            id: 'pages-text',
            type: 'richText',
            content: prose(
              'This capsule has five pages. A button leads from one to the next, and an answer can lead as well, so that each visitor sees the part that is about them.',
            ),
          },
          { id: 'blocks-on', type: 'button', label: 'Two small questions', to: 'quiz' },
        ],
      },
      {
        id: 'quiz',
        title: 'A quiz about what you just read',
        blocks: [
          {
            id: 'quiz-text',
            type: 'richText',
            content: prose(
              'A quiz tells its visitor at once what is right, and why. In the preview you can answer it as they will.',
            ),
          },
          {
            id: 'questions',
            type: 'quiz',
            next: 'poll',
            questions: [
              {
                id: 'what',
                text: 'What makes a capsule more than a page?',
                choices: [
                  { id: 'answers', text: 'People can answer it' },
                  { id: 'longer', text: 'It is longer' },
                  { id: 'paper', text: 'It prints well' },
                ],
                correct: ['answers'],
                explanation: 'Whatever somebody chooses or types arrives with you.',
              },
              {
                id: 'slash',
                text: 'How do you add a block while you type?',
                choices: [
                  { id: 'slash', text: 'With / on an empty line' },
                  { id: 'letter', text: 'By writing to support' },
                ],
                correct: ['slash'],
                explanation: 'The plus between two blocks does the same.',
              },
            ],
          },
        ],
      },
      {
        id: 'poll',
        title: 'A poll has no right answer',
        blocks: [
          {
            id: 'poll-text',
            type: 'richText',
            content: prose(
              'Whoever votes sees what the others chose. When many have the page open at once, the bars move while they look.',
            ),
          },
          {
            id: 'first',
            type: 'poll',
            question: 'What will your first capsule be?',
            choices: [
              { id: 'proposal', text: 'An offer that somebody can say yes to' },
              { id: 'lesson', text: 'Something to teach' },
              { id: 'event', text: 'An invitation' },
              { id: 'questions', text: 'A few questions to my team' },
            ],
          },
          { id: 'poll-on', type: 'button', label: 'Send it into the world', to: 'publish' },
        ],
      },
      {
        id: 'publish',
        title: 'Publish, share, see the answers',
        blocks: [
          {
            id: 'steps',
            type: 'richText',
            content: prose(
              numbered(
                '**Publish** is at the top right. Until then nobody but your organization sees a word of it, and later changes wait for the next time you publish.',
                '**Share** the link, or show its QR code. With share links you choose who gets in: by a password, by their e-mail address, or until a day.',
                '**See the answers** under Responses, and who came by under Visits. Each is a table that you can take along.',
              ),
            ),
          },
          {
            id: 'try',
            type: 'richText',
            content: prose(
              'Try it with this one: publish it, open the link on your phone, vote, and look at the responses.',
              bullets(
                'Every version stays. You can go back to any of them.',
                'When you have looked around, delete this capsule and begin with a template, or with a blank page.',
              ),
            ),
          },
          { id: 'again', type: 'button', label: 'Back to the beginning', to: 'start' },
        ],
      },
    ],
  }),
)
