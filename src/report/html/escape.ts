// Text as HTML. Everything that comes from a file or a model goes through here, or through the Markdown renderer,
// which escapes too.

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

/** A sentence of our own documentation: `words` between backticks are code. */
export function sentence(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}
