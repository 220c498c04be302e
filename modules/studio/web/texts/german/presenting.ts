import type { Texts } from '../english.ts'

export const presenting: Texts['presenting'] = {
  title: 'Präsentieren',
  look: 'Was Besucher sehen',
  begin: 'Präsentation beginnen',
  beginText:
    'Sobald du beginnst, folgen dir alle, die die Kapsel offen haben, von Seite zu Seite. Wer später kommt, landet dort, wo du bist.',
  end: 'Präsentation beenden',
  notPublished: 'Noch gibt es nichts zu präsentieren',
  notPublishedText: 'Veröffentliche die Kapsel zuerst: Du führst Besucher durch das, was veröffentlicht ist.',
  people: (n, text) => (n === 1 ? '1 Person hier' : `${text} Personen hier`),
  notLive:
    'Diese Kapsel ist privat, darum hört diese Seite ihre Besucher nicht live. Seiten und Fragen gehen trotzdem.',
  reactions: 'Reaktionen, seit du diese Seite geöffnet hast',
  pages: 'Seiten',
  place: (n, of) => `${n} von ${of}`,
  previous: 'Zurück',
  next: 'Weiter',
  asked: 'Was gefragt wird',
  askedHere: 'Auf dieser Seite gefragt',
  askedNothing: 'Hier wird nichts gefragt.',
  open: 'Für Antworten öffnen',
  close: 'Für Antworten schließen',
  questions: 'Fragen aus dem Publikum',
  noQuestions: 'Niemand hat etwas gefragt. Fragen lassen sich in den Einstellungen der Kapsel einschalten.',
  waiting: 'Siehst nur du',
  shown: 'Sehen alle',
  show: 'Allen zeigen',
  hide: 'Verbergen',
  answered: 'Beantwortet',
  markAnswered: 'Als beantwortet markieren',
}
