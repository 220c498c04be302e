import { pictureUrl } from '../pictures/album.ts'
import { numbered, prose } from '../prose.ts'
import { template } from '../template.ts'

/** One answer of the form decides which thank-you page follows. */
export const leadForm = template(
  'lead-form',
  'Lead form',
  'A calm first conversation: what you do, what happens next, and a short form.',
  () => ({
    format: 1,
    theme: { accent: '#14532d', font: 'serif', mode: 'light', corner: 'square' },
    settings: { description: 'Tell us about the room you want to change. We answer within two working days.' },
    pages: [
      {
        id: 'start',
        title: 'Tell us about the room you want to change',
        blocks: [
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'We are five interior architects. We take on about twenty rooms a year, draw every one by hand first, and stay until the last handle is on its door.',
            ),
          },
          {
            id: 'plan',
            type: 'image',
            src: pictureUrl('floor-plan'),
            alt: 'A floor plan of five rooms; colour shows how far the daylight reaches from each window',
            caption: 'We begin with the light, then the ways people walk, then the furniture.',
          },
          { id: 'then', type: 'heading', text: 'What happens then' },
          {
            id: 'then-text',
            type: 'richText',
            content: prose(
              numbered(
                '**Within two working days** one of us writes back, with two or three questions.',
                '**We visit once**, for an hour, with a tape measure. This costs you nothing.',
                '**You get a sketch and a price** on one page. Then you decide.',
              ),
            ),
          },
          { id: 'form-head', type: 'heading', text: 'Six questions' },
          {
            id: 'request',
            type: 'form',
            next: 'home',
            fields: [
              { id: 'name', kind: 'text', label: 'Your name', required: true },
              { id: 'mail', kind: 'email', label: 'Your e-mail address', required: true },
              {
                id: 'kind',
                kind: 'choice',
                label: 'What kind of room is it?',
                required: true,
                choices: [
                  { id: 'home', text: 'A home', to: 'home' },
                  { id: 'office', text: 'A place to work', to: 'work' },
                  { id: 'shop', text: 'A shop or a restaurant', to: 'work' },
                ],
              },
              { id: 'wish', kind: 'text', label: 'What should be different afterwards?', required: true },
              { id: 'start', kind: 'date', label: 'When would you like to begin?' },
              { id: 'ok', kind: 'consent', label: 'You may keep my details to answer this request', required: true },
            ],
          },
        ],
      },
      {
        id: 'home',
        title: 'Thank you. It is in good hands',
        blocks: [
          {
            id: 'home-text',
            type: 'richText',
            content: prose(
              'While you wait: take three photographs of the room, one in the morning, one at noon, one in the evening. Leave the clutter in. It tells us how you live.',
            ),
          },
        ],
      },
      {
        id: 'work',
        title: 'Thank you. One thing would help',
        blocks: [
          {
            id: 'work-text',
            type: 'richText',
            content: prose(
              'Rooms for work have rules: escape ways, opening hours, landlords. If you have a plan of the building, however old, send it along. A photograph of the one on the wall is enough.',
            ),
          },
          { id: 'send', type: 'button', label: 'Send us the plan', to: 'mailto:plans@example.com' },
        ],
      },
    ],
  }),
)
