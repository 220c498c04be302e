/**
 * Words as the search knows them: lower case, without accents. Scripts that write no spaces (Han, Kana, Thai, …) become pairs
 * of characters, which match without a dictionary.
 */
export function termsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap(pieces)
}

const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

function pieces(word: string): string[] {
  if (!unspaced.test(word)) return [word.slice(0, 64)]
  const characters = [...word]
  if (characters.length === 1) return characters
  return characters.slice(1).map((character, n) => `${characters[n]}${character}`)
}

export const languages = ['en', 'de', 'fr', 'es'] as const
export type Language = (typeof languages)[number]

/** Words that ask and bind and say nothing of the matter. */
const stopwords: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: list(`a about all also am an and any are as at be been being but by can could did do does doing for from get give
    had has have having he her here hers him his how i if in into is it its itself just know like may me might more
    most much many must my no nor not of on or our out please re really s said say says she should so some such t tell
    than that the their them then there these they this those to too up us very was way we were what when where
    whether which while who whom whose why will with would you your mean means happen happens exactly explain describe
    called used`),
  de: list(`aber als am an auch auf aus bei bin bis bist da damit das dass dein dem den der des die dies diese dieser
    dieses doch dort du durch ein eine einem einen einer eines er es etwas euch euer fur gibt hab habe haben hat hatte
    ich ihm ihn ihnen ihr ihre im in ist ja kann kein keine konnen man mehr mein mich mir mit muss nach nicht noch nur
    ob oder ohne sehr sein seine sich sie sind so soll uber um und uns unser unter viel vom von vor war warum was wann
    weil welche welcher welches wenn wer werden wie wieviel will wir wird wo woher wohin zu zum zur bitte`),
  fr: list(`a ai ainsi au aux avec c ce ces cet cette ceux chez combien comme comment d dans de des du elle elles en est
    et etait etre eu fait il ils j je l la le les leur leurs lui m ma mais me mes mon n ne nous on ont ou par pas peut
    plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se ses si son sont sur t ta te tes toi
    ton tu un une vos votre vous y`),
  es: list(`a al algo como con cual cuales cuando cuanto cuantos de del desde donde e el ella ellas ellos en entre era
    es esa ese eso esta estan este esto ha hace hasta hay la las le les lo los mas me mi mis muy nos o otra otro para
    pero por porque que quien quienes se ser si sin sobre son su sus tambien te tiene tu tus un una unas uno unos y ya`),
}

/** Asks for a time as `when` does, and says nothing of times. */
const asksWhen = /\b(what|which) (time|hour|day|date|month|year)s?\b/gi

/** The words of a question that say what it is about; all of them when none does. */
export function contentTerms(question: string, termsMax = 16): string[] {
  const terms = [...new Set(termsOf(question))]
  const telling = [...new Set(termsOf(question.replace(asksWhen, ' ')))].filter(
    (term) => !languages.some((language) => isStop(language, term)),
  )
  return (telling.length > 0 ? telling : terms).slice(0, termsMax)
}

/** The language whose small words a text uses most; undefined when it uses fewer than `hitsMin`. */
export function languageOf(text: string, hitsMin = 1): Language | undefined {
  const terms = termsOf(text)
  let best: { language: Language; hits: number } | undefined
  for (const language of languages) {
    const hits = terms.filter((term) => isStop(language, term)).length
    if (hits >= hitsMin && hits > (best?.hits ?? 0)) best = { language, hits }
  }
  return best?.language
}

/** One of ours by a BCP 47 tag or a list of them (Accept-Language). */
export function languageBy(tags: string | undefined): Language | undefined {
  for (const tag of (tags ?? '').split(',')) {
    const found = languages.find((language) => tag.trim().toLowerCase().startsWith(language))
    if (found !== undefined) return found
  }
  return undefined
}

function isStop(language: Language, term: string): boolean {
  return stopwords[language].has(term)
}

function list(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}
