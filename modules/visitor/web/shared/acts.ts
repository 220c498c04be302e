/** What a visitor does on a page, for whoever counts it. */
export type Act = 'answer' | 'chat' | 'click'

export const actEvent = 'encapsify:act'

/** Says that something was done. @param detail the block it was done in, or where a link leads */
export function acted(kind: Act, detail: string): void {
  document.dispatchEvent(new CustomEvent(actEvent, { detail: { kind, detail } }))
}
