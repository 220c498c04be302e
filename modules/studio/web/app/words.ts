import { signal } from '@preact/signals'
import { english, type Texts } from '../texts/english.ts'

export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

const key = 'encapsify.language'
const loaders: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => english,
  de: async () => (await import('../texts/german.ts')).german,
}

export const language = signal<Language>('en')
const texts = signal<Texts>(english)

/** All words of the studio, in the language that was chosen. */
export function t(): Texts {
  return texts.value
}

/** The chosen language, or the first of the browser's that there is. */
export async function startLanguage(): Promise<void> {
  const wanted = [localStorage.getItem(key) ?? '', ...navigator.languages.map((one) => one.slice(0, 2))]
  await speak((wanted.find((one) => one in languages) as Language | undefined) ?? 'en')
}

export async function choose(chosen: Language): Promise<void> {
  localStorage.setItem(key, chosen)
  await speak(chosen)
}

async function speak(chosen: Language): Promise<void> {
  texts.value = await loaders[chosen]()
  language.value = chosen
  document.documentElement.lang = chosen
}
