/** What the rules of an answer say, in words for whoever filled it in. */
const words: Readonly<Record<string, string>> = {
  'is required': 'Please fill this in.',
  'is not answered': 'Please choose an answer.',
  'must name a choice': 'Please choose an answer.',
  'must be agreed to': 'Please tick this to go on.',
  'must be an e-mail address': 'Please write an e-mail address, such as name@example.com.',
}

/**
 * Faults by question or field; '' is the answer as a whole. Read the same way where the page is made and in the browser.
 * @param errors the faults of a problem, with pointers below /value
 */
export function faultsByKey(
  errors: readonly { readonly pointer: string; readonly message: string }[],
): Map<string, string> {
  const faults = new Map<string, string>()
  for (const { pointer, message } of errors) {
    const [, place, step = ''] = pointer.split('/')
    const key = place === 'value' && !/^\d+$/.test(step) ? step : ''
    if (!faults.has(key)) faults.set(key, words[message] ?? `This ${message}.`)
  }
  return faults
}
