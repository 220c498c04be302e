import { pictureUrl, prose, quote } from '../../templates/index.ts'
import type { DemoCapsule } from './capsule.ts'

export function lightSurvey(): DemoCapsule {
  return {
    slug: 'light-survey',
    title: 'A light survey for your building',
    answers: [
      {
        block: 'request',
        values: [
          [
            {
              name: 'Maren Holt',
              mail: 'maren@holt-architects.example',
              kind: 'old',
              size: 'small',
              wish: 'The east rooms are blinding until ten.',
              ok: true,
            },
            1,
          ],
          [
            {
              name: 'Dario Venn',
              mail: 'dario@vennprint.example',
              kind: 'modern',
              size: 'medium',
              wish: 'Colour proofs look different in every corner.',
              start: '2027-01-18',
              ok: true,
            },
            1,
          ],
          [
            {
              name: 'Ngozi Adair',
              mail: 'n.adair@stmarks.example',
              kind: 'old',
              size: 'large',
              wish: 'Lower bills. The roof needs the money.',
              ok: true,
            },
            1,
          ],
          [
            {
              name: 'Elin Sorensen',
              mail: 'elin@fjordcare.example',
              kind: 'new',
              size: 'large',
              wish: 'Night shifts that end with something like morning.',
              start: '2027-03-01',
              ok: true,
            },
            1,
          ],
        ],
      },
    ],
    document: {
      format: 1,
      theme: { accent: '#166534', font: 'serif', mode: 'light', corner: 'square' },
      settings: {
        description: 'One hour, twenty measurements, one page that tells you what daylight could save. Free of charge.',
        language: 'en',
      },
      pages: [
        {
          id: 'start',
          title: 'What could daylight save you?',
          blocks: [
            {
              id: 'lead',
              type: 'richText',
              content: prose(
                'In one hour we measure at twenty points and leave you **a single page**: where daylight is enough, where it is not, and what lamps that know the difference would save. It costs nothing. Four of ten buildings need no sensors from us, and we say so.',
              ),
            },
            {
              id: 'plan',
              type: 'image',
              src: pictureUrl('floor-plan'),
              alt: 'A floor plan with five rooms; colour shows how far the daylight reaches from each window',
              caption: 'A page from a survey: daylight at eleven in the morning, in March.',
            },
            {
              id: 'steps',
              type: 'columns',
              columns: [
                [
                  { id: 's-1', type: 'heading', level: 3, text: '1. You write' },
                  { id: 's-1-text', type: 'richText', content: prose('Six questions, below. Two minutes.') },
                ],
                [
                  { id: 's-2', type: 'heading', level: 3, text: '2. We measure' },
                  {
                    id: 's-2-text',
                    type: 'richText',
                    content: prose('One hour, during your working day. We disturb nobody.'),
                  },
                ],
                [
                  { id: 's-3', type: 'heading', level: 3, text: '3. You decide' },
                  { id: 's-3-text', type: 'richText', content: prose('The page is yours, also to show to others.') },
                ],
              ],
            },
            {
              id: 'voice',
              type: 'richText',
              content: prose(
                quote(
                  'They told us to wash the windows first. We did, and needed a third fewer sensors.',
                  'The caretaker of a town hall',
                ),
              ),
            },
            { id: 'form-head', type: 'heading', text: 'Tell us about the building' },
            {
              id: 'request',
              type: 'form',
              next: 'thanks',
              fields: [
                { id: 'name', kind: 'text', label: 'Your name', required: true },
                { id: 'mail', kind: 'email', label: 'Your e-mail address', required: true },
                {
                  id: 'kind',
                  kind: 'choice',
                  label: 'How old is it?',
                  required: true,
                  choices: [
                    { id: 'old', text: 'Older than 1950', to: 'old' },
                    { id: 'modern', text: 'From 1950 to 2000' },
                    { id: 'new', text: 'Newer' },
                  ],
                },
                {
                  id: 'size',
                  kind: 'choice',
                  label: 'How large?',
                  choices: [
                    { id: 'small', text: 'Up to ten rooms' },
                    { id: 'medium', text: 'Up to fifty rooms' },
                    { id: 'large', text: 'More' },
                  ],
                },
                { id: 'wish', kind: 'text', label: 'What bothers you about the light today?' },
                { id: 'start', kind: 'date', label: 'From when may we come?' },
                {
                  id: 'ok',
                  kind: 'consent',
                  label: 'You may keep these details to arrange the survey',
                  required: true,
                },
              ],
            },
          ],
        },
        {
          id: 'thanks',
          title: 'Thank you. We bring the ladder',
          blocks: [
            {
              id: 'thanks-text',
              type: 'richText',
              content: prose(
                'You hear from us within two working days, with two dates to choose from. Please do not tidy up: we want to see the rooms as they are used.',
              ),
            },
          ],
        },
        {
          id: 'old',
          title: 'An old building. Our favourite kind',
          blocks: [
            {
              id: 'old-text',
              type: 'richText',
              content: prose(
                'Tall windows, deep rooms, and usually a drawing in somebody’s drawer. If you find it, photograph it and send it along. You hear from us within two working days.',
              ),
            },
            { id: 'old-mail', type: 'button', label: 'Send the drawing', to: 'mailto:survey@northlight.example' },
          ],
        },
      ],
    },
  }
}
