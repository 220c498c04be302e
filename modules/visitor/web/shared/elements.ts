const svgSpace = 'http://www.w3.org/2000/svg'

/** An element with text or children; text is never markup. */
export function element(name: string, content: string | readonly Node[] = '', className = ''): HTMLElement {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  if (typeof content === 'string') made.textContent = content
  else made.append(...content)
  return made
}

/** A drawing, from the names and attributes of its parts. The page's policy allows no style attributes; SVG needs none. */
export function drawing(className: string, shape: string, attributes: Readonly<Record<string, string>>): SVGSVGElement {
  const svg = document.createElementNS(svgSpace, 'svg')
  svg.setAttribute('class', className)
  svg.setAttribute('aria-hidden', 'true')
  if (className === 'icon') svg.setAttribute('viewBox', '0 0 24 24')
  const part = document.createElementNS(svgSpace, shape)
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value)
  svg.append(part)
  return svg
}

/** The same strokes as the server's icons. */
export function icon(name: 'right' | 'wrong'): SVGSVGElement {
  return stroke(name === 'right' ? 'M5 12.5l4.5 4.5L19 7.5' : 'M7 7l10 10M17 7L7 17')
}

export function stroke(path: string): SVGSVGElement {
  return drawing('icon', 'path', { d: path })
}
