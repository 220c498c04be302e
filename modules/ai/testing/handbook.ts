import type { CapsuleText, CapsuleTextBlock } from '../chat/passages.ts'

const sections: readonly (readonly [string, readonly string[]])[] = [
  [
    'Opening hours',
    [
      'The museum is open from Tuesday to Sunday between 10 and 18 o’clock. On Mondays it stays closed, except on public holidays.',
    ],
  ],
  [
    'Tickets',
    [
      'Admission costs 14 euros for adults. Students and pensioners pay 9 euros.',
      'Children up to the age of 12 enter free of charge when an adult comes along.',
      'Tickets can be returned until the day before the visit; the price is refunded in full.',
    ],
  ],
  [
    'Getting here',
    ['Tram line 7 stops in front of the building. Cars can be parked in the garage on Quay Street, 300 metres away.'],
  ],
  [
    'Accessibility',
    [
      'All floors can be reached by a lift. Wheelchairs are lent at the entrance without a fee. Guide dogs are welcome.',
    ],
  ],
  [
    'The collection',
    [
      'The ship models were given by the engineer Ada Brandt in 1911. Her collection holds 230 models, most of them of sailing ships.',
      'The oldest piece is a brass astrolabe from 1583, made in Lisbon.',
      'The lighthouse lens in the main hall was built by Henry-Lepaute in Paris and shone over the estuary until 1974.',
    ],
  ],
  ['Photography', ['Photographs for private use are allowed. Flash and tripods are forbidden in all rooms.']],
  ['Café', ['The café on the roof serves lunch until three. Dogs may not enter it, with the exception of guide dogs.']],
]

/** A small page of a museum that does not exist. */
export const handbook: Omit<CapsuleText, 'version'> = {
  title: 'Museum of the Estuary',
  language: 'en',
  blocks: sections.flatMap(([heading, texts], section): CapsuleTextBlock[] => [
    { id: `h${section}`, page: 'p1', kind: 'heading', text: heading },
    ...texts.map((text, n) => ({ id: `t${section}-${n}`, page: 'p1', kind: 'text' as const, text })),
  ]),
}
