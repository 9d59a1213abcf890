// The closed set of connector words. They are ordinary words to the lexer: each may still be used
// as a name wherever no clause can stand.

export const connectors = ['from', 'on', 'against', 'of', 'by', 'with'] as const
export type Connector = (typeof connectors)[number]

export function isConnector(word: string): word is Connector {
  return (connectors as readonly string[]).includes(word)
}
