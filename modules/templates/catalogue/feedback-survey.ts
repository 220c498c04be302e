import { pictureUrl } from '../pictures/album.ts'
import { prose } from '../prose.ts'
import { template } from '../template.ts'

/** The first answer decides which questions follow, so that nobody answers what is not about them. */
export const feedbackSurvey = template(
  'feedback-survey',
  'Feedback survey',
  'After a project: one question for everybody, then only the ones that fit the answer.',
  () => ({
    format: 1,
    theme: { accent: '#1d3557', font: 'system', mode: 'light', corner: 'square' },
    settings: { description: 'How did we do? One question, then one or two more. Ninety seconds in all.' },
    pages: [
      {
        id: 'start',
        title: 'How did we do?',
        blocks: [
          {
            id: 'picture',
            type: 'image',
            src: pictureUrl('shapes'),
            alt: 'A pattern of quarter circles, rings and stripes in red, blue, yellow and green',
          },
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'Your project is done, and ours is to get better at the next one. One question, then one or two more: **ninety seconds in all**. The team reads every answer together, aloud, on the first Monday of the month.',
            ),
          },
          {
            id: 'again',
            type: 'poll',
            question: 'Would you work with us again?',
            choices: [
              { id: 'yes', text: 'Yes, gladly', to: 'glad' },
              { id: 'perhaps', text: 'Perhaps, if a few things change', to: 'perhaps' },
              { id: 'no', text: 'Rather not', to: 'sorry' },
            ],
          },
        ],
      },
      {
        id: 'glad',
        title: 'That is good to hear',
        blocks: [
          {
            id: 'glad-form',
            type: 'form',
            oncePerVisitor: true,
            next: 'thanks',
            fields: [
              { id: 'best', kind: 'text', label: 'What should we never stop doing?', required: true },
              { id: 'clear', kind: 'rating', label: 'We were clear about time and money', required: true },
              { id: 'ease', kind: 'rating', label: 'Working with us was easy', required: true },
              { id: 'who', kind: 'text', label: 'Your name, if we may quote you' },
              { id: 'quote', kind: 'consent', label: 'You may put my words on your website' },
            ],
          },
        ],
      },
      {
        id: 'perhaps',
        title: 'Which things?',
        blocks: [
          {
            id: 'perhaps-form',
            type: 'form',
            oncePerVisitor: true,
            next: 'thanks',
            fields: [
              {
                id: 'area',
                kind: 'choice',
                label: 'What would have to change first?',
                required: true,
                choices: [
                  { id: 'time', text: 'How long it took' },
                  { id: 'price', text: 'What it cost in the end' },
                  { id: 'talk', text: 'How we talked with each other' },
                  { id: 'result', text: 'The result itself' },
                ],
              },
              { id: 'story', kind: 'text', label: 'What happened?' },
              { id: 'effort', kind: 'rating', label: 'We listened when you said so' },
            ],
          },
        ],
      },
      {
        id: 'sorry',
        title: 'Then something went wrong, and we want to know',
        blocks: [
          {
            id: 'sorry-text',
            type: 'richText',
            content: prose(
              'This goes to the two owners alone. No script, no discount code: we listen, and if something can still be repaired, we repair it.',
            ),
          },
          {
            id: 'sorry-form',
            type: 'form',
            oncePerVisitor: true,
            next: 'thanks',
            fields: [
              { id: 'what', kind: 'text', label: 'What should not have happened?', required: true },
              { id: 'mail', kind: 'email', label: 'Where can we reach you?' },
              { id: 'day', kind: 'date', label: 'On which day may we call?' },
            ],
          },
        ],
      },
      {
        id: 'thanks',
        title: 'Thank you. It will be read',
        blocks: [
          {
            id: 'thanks-text',
            type: 'richText',
            content: prose(
              'On the first Monday of next month, at ten, with coffee. If your answer changes something here, we write and tell you what.',
            ),
          },
        ],
      },
    ],
  }),
)
