import type { LeafBlock } from '../document.ts'
import { type PictureName, pictureUrl } from '../pictures/album.ts'
import { prose } from '../prose.ts'
import { template } from '../template.ts'

export const team = template(
  'team',
  'Team introduction',
  'Faces, what each person is good at, and a place to ask them something.',
  () => ({
    format: 1,
    theme: { accent: '#be123c', font: 'rounded', mode: 'light', corner: 'round' },
    settings: { description: 'Four people who mend radios, amplifiers and now and then a church organ.' },
    pages: [
      {
        id: 'start',
        title: 'The four of us',
        blocks: [
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'We mend what plays: radios, amplifiers, and now and then a church organ. There are four of us and one bench each. **Whoever picks up the phone is the person who will repair it.**',
            ),
          },
          {
            id: 'row-1',
            type: 'columns',
            columns: [
              person(
                'mira',
                'portrait-mira',
                'A woman with a dark bob and a teal jumper, smiling',
                'Mira',
                'Valves and transformers',
                'Learned from her grandfather, who built his own television in 1958. Can smell a tired capacitor across the room.',
              ),
              person(
                'jonas',
                'portrait-jonas',
                'A man with red hair and a full beard',
                'Jonas',
                'Loudspeakers, wood and glue',
                'Was a violin maker until somebody brought him a cracked cabinet. Sings while the glue dries.',
              ),
            ],
          },
          {
            id: 'row-2',
            type: 'columns',
            columns: [
              person(
                'ife',
                'portrait-ife',
                'A woman with dark curls and round glasses',
                'Ife',
                'Circuits, and everything with a chip',
                'Draws missing diagrams from memory and posts them for everybody. Our estimates are hers, and they hold.',
              ),
              person(
                'sunniva',
                'portrait-sunniva',
                'A woman with grey hair in a bun and round glasses',
                'Sunniva',
                'Organs, pipes and large ladders',
                'Has tuned forty-one organs between here and the coast. Keeps the calendar, and therefore all of us.',
              ),
            ],
          },
          { id: 'line', type: 'divider' },
          { id: 'how', type: 'heading', text: 'How to reach the right bench' },
          {
            id: 'ask',
            type: 'chat',
            greeting: 'Tell us what plays, or no longer does. A model number helps, a photograph helps more.',
            starters: [
              'What does an estimate cost?',
              'Do you repair cassette decks?',
              'How long is the queue just now?',
            ],
          },
          { id: 'mail', type: 'button', label: 'Write to the workshop', to: 'mailto:bench@example.com' },
          { id: 'call', type: 'button', label: 'Call between nine and five', to: 'tel:+15550100' },
        ],
      },
    ],
  }),
)

function person(
  id: string,
  picture: PictureName,
  alt: string,
  name: string,
  craft: string,
  story: string,
): readonly LeafBlock[] {
  return [
    { id: `${id}-face`, type: 'image', src: pictureUrl(picture), alt },
    { id, type: 'heading', level: 3, text: name },
    { id: `${id}-story`, type: 'richText', content: prose(`**${craft}**`, story) },
  ]
}
