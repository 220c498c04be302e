import { pictureUrl } from '../pictures/album.ts'
import { bullets, prose } from '../prose.ts'
import { template } from '../template.ts'

/** The score decides which of three pages comes after. */
export const onboardingQuiz = template(
  'onboarding-quiz',
  'Onboarding quiz',
  'A first week for new colleagues, and five questions that show what stayed.',
  () => ({
    format: 1,
    theme: { accent: '#6d28d9', font: 'rounded', mode: 'auto', corner: 'round' },
    settings: { description: 'Your first week with us, on two pages, and a quiz that nobody fails.' },
    pages: [
      {
        id: 'start',
        title: 'Welcome. Here is your first week',
        blocks: [
          {
            id: 'picture',
            type: 'image',
            src: pictureUrl('desk'),
            alt: 'A desk by a window with a laptop that says hello, a plant, a mug and a letter',
          },
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'You need not be useful yet. This week is for finding the kettle, the people and the places where things are written down. **Everything on this page can wait for a question**: ask anybody, at any time.',
            ),
          },
          {
            id: 'days',
            type: 'columns',
            columns: [
              [
                { id: 'mon', type: 'heading', level: 3, text: 'Monday' },
                {
                  id: 'mon-text',
                  type: 'richText',
                  content: prose(
                    bullets(
                      'Keys, laptop, lunch with your buddy',
                      'Read the last three project diaries',
                      'Go home at five',
                    ),
                  ),
                },
              ],
              [
                { id: 'wed', type: 'heading', level: 3, text: 'Wednesday' },
                {
                  id: 'wed-text',
                  type: 'richText',
                  content: prose(
                    bullets(
                      'Sit in on a customer call',
                      'Change one sentence on our website',
                      'Show the change to somebody',
                    ),
                  ),
                },
              ],
              [
                { id: 'fri', type: 'heading', level: 3, text: 'Friday' },
                {
                  id: 'fri-text',
                  type: 'richText',
                  content: prose(
                    bullets('Tell us what was confusing', 'Take the quiz below', 'Cake, every week, at four'),
                  ),
                },
              ],
            ],
          },
          { id: 'on', type: 'button', label: 'How we work together', to: 'work' },
        ],
      },
      {
        id: 'work',
        title: 'How we work together',
        blocks: [
          { id: 'write', type: 'heading', text: 'We write things down' },
          {
            id: 'write-text',
            type: 'richText',
            content: prose(
              'A decision counts once it stands in the project’s diary: what was decided, why, and when we will look at it again. Chat is for talking, and forgets after ninety days.',
            ),
          },
          { id: 'quiet', type: 'heading', text: 'Mornings are quiet' },
          {
            id: 'quiet-text',
            type: 'richText',
            content: prose(
              'No meetings before eleven. Messages may be sent at any hour and answered in working ones; nobody is expected to read them at night.',
            ),
          },
          { id: 'help', type: 'heading', text: 'Stuck for thirty minutes? Ask' },
          {
            id: 'help-text',
            type: 'richText',
            content: prose(
              'Half an hour of trying is learning. After that it is only waiting. Ask in the open channel, so that the answer helps the next one too.',
            ),
          },
          { id: 'mistake', type: 'heading', text: 'Mistakes are told early' },
          {
            id: 'mistake-text',
            type: 'richText',
            content: prose(
              'Who finds a mistake says so the same day, their own above all. We write down what happened, and never who.',
            ),
          },
          { id: 'to-quiz', type: 'button', label: 'Take the quiz', to: 'quiz' },
        ],
      },
      {
        id: 'quiz',
        title: 'Five questions, and none of them is a trap',
        blocks: [
          {
            id: 'questions',
            type: 'quiz',
            outcomes: [
              { from: 0, to: 'again' },
              { from: 3, to: 'nearly' },
              { from: 5, to: 'set' },
            ],
            questions: [
              {
                id: 'decision',
                text: 'When does a decision count?',
                choices: [
                  { id: 'chat', text: 'When everybody has put a thumb under it' },
                  { id: 'diary', text: 'When it stands in the project’s diary' },
                  { id: 'boss', text: 'When a founder has heard of it' },
                ],
                correct: ['diary'],
                explanation:
                  'The diary says what, why, and when we look again. Thumbs are forgotten after ninety days.',
              },
              {
                id: 'meeting',
                text: 'A customer can only talk at nine. What do you do?',
                choices: [
                  { id: 'refuse', text: 'Refuse: mornings are quiet' },
                  { id: 'take', text: 'Take the call, and keep the others’ morning free' },
                  { id: 'all', text: 'Invite the whole team, to be safe' },
                ],
                correct: ['take'],
                explanation: 'Quiet mornings protect our time from each other, not from customers.',
              },
              {
                id: 'stuck',
                text: 'You have been stuck for half an hour. Which are good next steps?',
                choices: [
                  { id: 'open', text: 'Ask in the open channel' },
                  { id: 'longer', text: 'Try for two more hours before bothering anybody' },
                  { id: 'tried', text: 'Say what you have tried already' },
                ],
                correct: ['open', 'tried'],
                explanation: 'An open question with what you tried gets the shortest answer.',
              },
              {
                id: 'wrong',
                text: 'You sent an invoice to the wrong customer. Then?',
                choices: [
                  { id: 'same', text: 'I tell the team today' },
                  { id: 'fix', text: 'I repair it first and mention it at the end of the month' },
                ],
                correct: ['same'],
                explanation: 'The sooner it is known, the smaller it is. Nobody’s name goes into the notes.',
              },
              {
                id: 'cake',
                text: 'When is cake?',
                choices: [
                  { id: 'never', text: 'On birthdays' },
                  { id: 'friday', text: 'On Fridays at four' },
                ],
                correct: ['friday'],
              },
            ],
          },
        ],
      },
      {
        id: 'again',
        title: 'Once more, with a coffee',
        blocks: [
          {
            id: 'again-text',
            type: 'richText',
            content: prose(
              'It was a full week, and none of this has to stick today. Read the page on how we work once more on Monday, then try again. The questions will wait.',
            ),
          },
          { id: 'again-on', type: 'button', label: 'How we work together', to: 'work' },
        ],
      },
      {
        id: 'nearly',
        title: 'Nearly all of it',
        blocks: [
          {
            id: 'nearly-text',
            type: 'richText',
            content: prose(
              'What you missed is explained under its question. Tell your buddy which question was unclear. It has probably been unclear to others.',
            ),
          },
          { id: 'nearly-on', type: 'button', label: 'Tell us how the week was', to: 'week' },
        ],
      },
      {
        id: 'set',
        title: 'All five. You are one of us',
        blocks: [
          {
            id: 'set-text',
            type: 'richText',
            content: prose(
              'Next week you choose the cake. One last thing: tell us how your first five days felt, while you still see what we no longer notice.',
            ),
          },
          { id: 'set-on', type: 'button', label: 'Tell us how the week was', to: 'week' },
        ],
      },
      {
        id: 'week',
        title: 'How was the week?',
        blocks: [
          {
            id: 'feedback',
            type: 'form',
            oncePerVisitor: true,
            fields: [
              { id: 'felt', kind: 'rating', label: 'I felt welcome', required: true },
              { id: 'clear', kind: 'rating', label: 'I know what I will do next week', required: true },
              { id: 'odd', kind: 'text', label: 'What was confusing, or missing?' },
            ],
          },
        ],
      },
    ],
  }),
)
