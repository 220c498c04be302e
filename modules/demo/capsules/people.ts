import { type LeafBlock, type PictureName, pictureUrl, prose } from '../../templates/index.ts'
import type { DemoCapsule } from './capsule.ts'

export function people(): DemoCapsule {
  return {
    slug: 'people',
    title: 'Four of fourteen',
    answers: [],
    document: {
      format: 1,
      theme: { accent: '#be185d', font: 'rounded', mode: 'light', corner: 'round' },
      settings: {
        description: 'The people of Northlight whom you meet first: who measures, who hangs, who codes, who answers.',
        language: 'en',
      },
      pages: [
        {
          id: 'start',
          title: 'Four of fourteen',
          blocks: [
            {
              id: 'lead',
              type: 'richText',
              content: prose(
                'There are fourteen of us, in a former boat shed with the windows to the north. These four you will meet first: **one measures, one hangs, one writes the program, and one answers when it rings.**',
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
                  'Mira Okafor',
                  'Measures',
                  'Was a theatre lighting designer for eleven years. Sees 30 lux of difference without a meter, and takes the meter along for the others.',
                ),
                person(
                  'jonas',
                  'portrait-jonas',
                  'A man with red hair and a full beard',
                  'Jonas Brandt',
                  'Hangs',
                  'Has stood on more ladders than he can count and fallen off one. Knows every kind of plaster by its sound.',
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
                  'Ife Adeyemi',
                  'Writes Plan',
                  'Believes that a good program is one you close again quickly. Deletes a line for every line she adds, and is ahead.',
                ),
                person(
                  'sunniva',
                  'portrait-sunniva',
                  'A woman with grey hair in a bun and round glasses',
                  'Sunniva Dahl',
                  'Answers',
                  'Founded the house at fifty-eight, after a career in harbour pilotage. If a light blinks in a way it should not, she has seen it before.',
                ),
              ],
            },
            { id: 'line', type: 'divider' },
            { id: 'ask-head', type: 'heading', text: 'Ask us something' },
            {
              id: 'ask',
              type: 'chat',
              greeting:
                'Ask what you would ask at the workshop door. We answer from what stands on our pages, and say so when we don’t know.',
              starters: ['Who hangs the sensors?', 'What did Mira do before?', 'Who founded the house?'],
            },
            { id: 'write', type: 'button', label: 'Write to Sunniva', to: 'mailto:sunniva@northlight.example' },
          ],
        },
      ],
    },
  }
}

function person(
  id: string,
  picture: PictureName,
  alt: string,
  name: string,
  does: string,
  story: string,
): readonly LeafBlock[] {
  return [
    { id: `${id}-face`, type: 'image', src: pictureUrl(picture), alt },
    { id, type: 'heading', level: 3, text: name },
    { id: `${id}-story`, type: 'richText', content: prose(`**${does}**`, story) },
  ]
}
