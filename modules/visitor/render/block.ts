import { renderChat } from './blocks/chat.ts'
import { renderForm } from './blocks/form.ts'
import { renderEmbed, renderMedia } from './blocks/media.ts'
import { renderPoll } from './blocks/poll.ts'
import { renderQuiz } from './blocks/quiz.ts'
import { renderButton, renderDivider, renderHeading, renderRichText } from './blocks/text.ts'
import type { Block } from './content.ts'
import type { BlockContext } from './context.ts'
import { html, type Markup } from './markup.ts'

export function renderBlock(block: Block, context: BlockContext): Markup {
  switch (block.type) {
    case 'heading':
      return renderHeading(block)
    case 'richText':
      return renderRichText(block, context)
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return renderMedia(block, context)
    case 'embed':
      return renderEmbed(block, context)
    case 'button':
      return renderButton(block, context)
    case 'divider':
      return renderDivider(block)
    case 'columns':
      return html`<div class="columns">${block.columns.map((column) => html`<div>${context.render(column)}</div>`)}</div>`
    case 'poll':
      return renderPoll(block, context)
    case 'quiz':
      return renderQuiz(block, context)
    case 'form':
      return renderForm(block, context)
    case 'chat':
      return renderChat(block, context)
  }
}

/** Every type of block in a list, columns looked through. */
export function typesIn(blocks: readonly Block[], found: Set<Block['type']> = new Set()): ReadonlySet<Block['type']> {
  for (const block of blocks) {
    found.add(block.type)
    if (block.type === 'columns') for (const column of block.columns) typesIn(column, found)
  }
  return found
}
