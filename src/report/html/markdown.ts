// Prose as HTML: no raw HTML, no images fetched from elsewhere, headings below the page's own.
import MarkdownIt from 'markdown-it'

/** `level` is added to every heading, so that `#` in prose never competes with the page's title. */
export function markdown(text: string, level: number): string {
  const renderer = new MarkdownIt({ html: false, linkify: false, typographer: false })
  renderer.renderer.rules['image'] = (tokens, index) => renderer.utils.escapeHtml(tokens[index]?.content ?? '')
  renderer.core.ruler.push('lower headings', (state) => {
    for (const token of state.tokens) {
      if (!token.type.startsWith('heading_')) continue
      token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + level)}`
    }
  })
  return renderer.render(text)
}
