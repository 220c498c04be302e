import { element } from '../shared/elements.ts'
import { openBar } from './bar.ts'

const people = element('p', '', 'people')

/** "12 people here", where the owner wants it to be seen. Alone, there is nothing to say. */
export function showPeople(count: number | undefined): void {
  if (count === undefined) return
  if (!people.isConnected) openBar().prepend(people)
  people.textContent = count > 1 ? `${count.toLocaleString(document.documentElement.lang || 'en')} people here` : ''
}
