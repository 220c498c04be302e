import type { Language } from './words.ts'

/** What a chat says by itself, in the visitor's language. */
export interface Phrases {
  readonly found: string
  readonly notSaid: string
  readonly closest: string
  readonly cut: string
}

export const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    found: 'This is what the page says:',
    notSaid: 'This page does not say anything about that.',
    closest: 'The nearest it comes:',
    cut: 'The answer broke off.',
  },
  de: {
    found: 'Das steht auf dieser Seite:',
    notSaid: 'Dazu steht auf dieser Seite nichts.',
    closest: 'Am nächsten kommt dem:',
    cut: 'Die Antwort ist abgebrochen.',
  },
  fr: {
    found: 'Voici ce que dit la page :',
    notSaid: 'Cette page n’en dit rien.',
    closest: 'Ce qui s’en approche le plus :',
    cut: 'La réponse s’est interrompue.',
  },
  es: {
    found: 'Esto es lo que dice la página:',
    notSaid: 'Esta página no dice nada al respecto.',
    closest: 'Lo más cercano es:',
    cut: 'La respuesta se interrumpió.',
  },
}
