import { type Language, languages, termsOf } from './words.ts'

/** What kind of thing an answer must hold, told by how the question begins. */
type Kind = 'number' | 'time' | 'name'

const asks: Readonly<Record<Language, readonly (readonly [RegExp, Kind])[]>> = {
  en: [
    [/\bhow (many|much|long|far|fast|quickly|high|tall|deep|old|large|big|often|late|warm|strong|near)\b/, 'number'],
    [/\bwhat (does|did|is|are) .*\b(cost|price|fare|record|top speed|weight)\b|\b(cost|price|fare)\b/, 'number'],
    [
      /\b(when|until when|since when|by when|what time|at what (time|hour)|(what|which) (day|days|date|month|year))\b/,
      'time',
    ],
    [/\bwho(se|m)?\b/, 'name'],
  ],
  de: [
    [
      /\bwie ?(viele?|lange?|weit|schnell|hoch|tief|alt|gross|oft|spat|warm|stark|teuer)\b|\b(kostet?|preis)\b/,
      'number',
    ],
    [/\b(wann|um wieviel uhr|welche[nmrs]? (tag|tagen|monat|jahr))\b/, 'time'],
    [/\b(wer|wen|wem|wessen)\b/, 'name'],
  ],
  fr: [
    [/\b(combien|quel prix|quelle (hauteur|distance|vitesse|profondeur|taille))\b|\bcoute\b/, 'number'],
    [/\b(quand|quelle heure|quel (jour|mois)|quelle annee)\b/, 'time'],
    [/\bqui\b/, 'name'],
  ],
  es: [
    [/\b(cuantos?|cuantas?|cuanto|que (altura|distancia|velocidad|profundidad))\b|\bcuesta\b/, 'number'],
    [/\b(cuando|que hora|que (dia|mes|ano))\b/, 'time'],
    [/\b(quien|quienes)\b/, 'name'],
  ],
}

const numbers =
  words(`one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty
  forty fifty sixty seventy eighty ninety hundred thousand million billion half third double twice once
  zwei drei vier funf sechs sieben acht neun zehn elf zwolf zwanzig dreissig vierzig funfzig hundert tausend halb
  deux trois quatre cinq sept huit neuf dix onze douze vingt trente quarante cinquante cent mille demi
  dos tres cuatro cinco seis siete ocho nueve diez once doce veinte treinta cuarenta cincuenta cien mil medio free`)
const times =
  words(`january february march april may june july august september october november december monday tuesday
  wednesday thursday friday saturday sunday weekday weekend morning noon evening night midnight week month year spring summer
  autumn winter o clock half past
  januar februar marz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag uhr
  morgens mittags abends nachts woche monat jahr fruhling sommer herbst
  janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi
  dimanche heure heures matin midi soir nuit semaine mois
  enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miercoles jueves
  viernes sabado domingo hora horas manana noche semana mes`)

/** A test of passages for what a question asks for; undefined when it does not say. */
export function expectationOf(question: string): ((text: string) => boolean) | undefined {
  const plain = termsOf(question).join(' ')
  for (const language of languages) {
    const kind = asks[language].find(([pattern]) => pattern.test(plain))?.[1]
    if (kind !== undefined) return (text) => holds(kind, text)
  }
  return undefined
}

function holds(kind: Kind, text: string): boolean {
  if (kind === 'name') return /[\p{L},;:)] (?:\p{Lu}[\p{Ll}’']+)/u.test(text) || /^\p{Lu}[\p{Ll}]+ \p{Lu}/u.test(text)
  if (/\d/.test(text)) return true
  const terms = termsOf(text)
  return terms.some((term) => (kind === 'number' ? numbers : times).has(term) || (kind === 'time' && numbers.has(term)))
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}
