import type { Rendered } from '../../src/cache/pages.ts'
import { cacheHeaders } from '../../src/cache/rules.ts'
import type { Document } from './render/content.ts'
import { pageAddress } from './render/context.ts'
import { scriptsOn } from './render/page.ts'

/** The rules by which browsers fetch the neighbours of a page when somebody is about to open them. */
export const speculationPath = '/-/speculation.json'
const speculation = {
  prefetch: [
    {
      source: 'document',
      where: { selector_matches: 'a[rel~=next], a[rel~=prev], a.button[href^="/"]' },
      eagerness: 'moderate',
    },
  ],
}
const nosniff = { 'x-content-type-options': 'nosniff' }
/** What changes with the executable alone. */
const tags = ['code']

/** What the service worker lays down of a capsule: all its pages, and the scripts that they load. */
export function offlineList(
  document: Document,
  { path, generation }: { readonly path: string; readonly generation: string },
  assets: { urls(entry: string): readonly string[] },
): string {
  const pages = document.pages.map((page) => pageAddress({ document, path }, page.id))
  const scripts = new Set(
    document.pages.flatMap((page) => scriptsOn(page.blocks).flatMap((entry) => assets.urls(entry))),
  )
  return JSON.stringify({ generation, pages, assets: [...scripts] })
}

/** `/sw.js`: at the root, because a worker rules what lies below its own address. */
export function workerScript(assets: { text(entry: string): string }): Rendered {
  return {
    body: assets.text('modules/visitor/web/worker.ts'),
    kind: 'worker',
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'",
      ...cacheHeaders('worker'),
      ...nosniff,
    },
    tags,
  }
}

export function speculationRules(): Rendered {
  return {
    body: JSON.stringify(speculation),
    kind: 'worker',
    headers: { 'content-type': 'application/speculationrules+json', ...cacheHeaders('site'), ...nosniff },
    tags,
  }
}
