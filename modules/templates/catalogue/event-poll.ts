import { pictureUrl } from '../pictures/album.ts'
import { bullets, prose } from '../prose.ts'
import { template } from '../template.ts'

export const eventPoll = template(
  'event-poll',
  'Event poll',
  'Let everybody choose the date and the food, then collect who comes.',
  () => ({
    format: 1,
    theme: { accent: '#b83208', font: 'rounded', mode: 'light', corner: 'round' },
    settings: { description: 'The summer party: choose an evening, choose the food, say that you are coming.' },
    pages: [
      {
        id: 'start',
        title: 'The summer party: you decide',
        blocks: [
          {
            id: 'lead',
            type: 'richText',
            content: prose(
              'One long table by the water, music until ten, everybody’s families welcome. Three things are open, and **two minutes** of yours settle them.',
            ),
          },
          {
            id: 'map',
            type: 'image',
            src: pictureUrl('town-map'),
            alt: 'A map: the way from the central station over the footbridge to the Boathouse, fourteen minutes on foot',
            caption: 'From the station over the footbridge. There is room for forty bicycles.',
          },
          {
            id: 'evening',
            type: 'poll',
            question: 'Which evenings could you come?',
            multiple: true,
            choices: [
              { id: 'second-thursday', text: 'The second Thursday in June' },
              { id: 'friday', text: 'The Friday after it' },
              { id: 'third-thursday', text: 'The third Thursday' },
              { id: 'longest', text: 'The longest day, whichever day it is' },
            ],
          },
          {
            id: 'food',
            type: 'poll',
            question: 'And on the table?',
            choices: [
              { id: 'grill', text: 'A fire, vegetables and fish' },
              { id: 'pizza', text: 'The pizza oven on wheels' },
              { id: 'bring', text: 'Everybody brings one dish' },
            ],
          },
          { id: 'on', type: 'button', label: 'Say that you are coming', to: 'come' },
        ],
      },
      {
        id: 'come',
        title: 'Who comes?',
        blocks: [
          {
            id: 'rsvp',
            type: 'form',
            oncePerVisitor: true,
            next: 'see-you',
            fields: [
              { id: 'name', kind: 'text', label: 'Your name', required: true },
              {
                id: 'guests',
                kind: 'choice',
                label: 'Who is with you?',
                required: true,
                choices: [
                  { id: 'alone', text: 'Just me' },
                  { id: 'two', text: 'One more' },
                  { id: 'family', text: 'The whole family' },
                  { id: 'no', text: 'I can’t come this time', to: 'next-time' },
                ],
              },
              { id: 'eat', kind: 'text', label: 'Anything you don’t eat?' },
              { id: 'help', kind: 'consent', label: 'I can help to set up from four o’clock' },
            ],
          },
        ],
      },
      {
        id: 'see-you',
        title: 'See you by the water',
        blocks: [
          {
            id: 'bring-text',
            type: 'richText',
            content: prose(
              'The evening with the most votes is announced a week before. Until then:',
              bullets(
                'Bring a jumper: it gets cool after nine.',
                'Leave the car: the last train goes at 23:40.',
                'Songs for the list: tell the person with the loudspeaker.',
              ),
            ),
          },
          { id: 'write', type: 'button', label: 'Ask the organisers', to: 'mailto:party@example.com' },
        ],
      },
      {
        id: 'next-time',
        title: 'A pity. There will be another one',
        blocks: [
          {
            id: 'sorry-text',
            type: 'richText',
            content: prose(
              'We keep you a piece of cake in spirit, and write to you first when the winter party is planned.',
            ),
          },
        ],
      },
    ],
  }),
)
