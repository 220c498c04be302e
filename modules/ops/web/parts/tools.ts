import { act, actButton } from './acts.ts'
import { drawPlans } from './availability.ts'
import { make, redraw } from './dom.ts'

const profileS = 5

/** What operators can do besides: drawn once. */
export function drawTools(): void {
  redraw('tools', 'tools', () => {
    const tag = make('input', {
      id: 'purge-tag',
      type: 'text',
      autocomplete: 'off',
      spellcheck: 'false',
      maxlength: '200',
    })
    return [
      make('h3', {}, 'Purge'),
      make(
        'p',
        { class: 'quiet' },
        'Takes rendered pages out of the cache. They are made anew when they are asked for.',
      ),
      make('p', { class: 'row' }, make('label', { for: 'purge-tag' }, 'Tag, or empty for all pages'), tag),
      actButton({
        label: 'Purge',
        about: 'rendered pages',
        sure: 'Purge these pages from the cache?',
        done: 'Purged.',
        run: () => act('POST', '/ops/purges', tag.value.trim() === '' ? {} : { tags: [tag.value.trim()] }),
      }),
      ...drawPlans(),
      make('h3', {}, 'CPU profile'),
      make(
        'p',
        { class: 'quiet' },
        `Records ${profileS} seconds of the thread that answers requests. Open the file in the Performance panel of a browser’s developer tools.`,
      ),
      actButton({
        label: `Record ${profileS} s`,
        about: 'CPU profile',
        done: 'The profile was saved.',
        run: saveProfile,
      }),
    ]
  })
}

async function saveProfile(): Promise<void> {
  const answer = await act('POST', '/ops/profiles', { seconds: profileS })
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'encapsify.cpuprofile'
  const url = URL.createObjectURL(await answer.blob())
  make('a', { href: url, download: name }).click()
  URL.revokeObjectURL(url)
}
