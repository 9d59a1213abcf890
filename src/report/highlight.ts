// Colours for code: comments, texts, numbers and the words of the language. It never fails and loses no character.
import { connectors } from '../vocabulary/kind.ts'
import type { Kind, Vocabulary } from '../vocabulary/kind.ts'
import type { Token } from './report.ts'

const pattern = /(?<comment>#[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"?)|(?<number>(?<![\p{L}\p{N}_.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?%?)|(?<word>[\p{L}_][\p{L}\p{N}_]*)/gu

export function highlight(text: string, vocabulary: Vocabulary): Token[] {
  const keywords = new Set<string>([...connectors, ...Object.entries(vocabulary.kinds).flatMap(([name, kind]) => [name, ...blockWords(kind)])])
  const tokens: Token[] = []
  const push = (kind: Token['kind'], part: string): void => {
    const last = tokens.at(-1)
    if (part === '') return
    if (last?.kind === kind) tokens[tokens.length - 1] = { kind, text: last.text + part }
    else tokens.push({ kind, text: part })
  }
  let end = 0
  for (const match of text.matchAll(pattern)) {
    push('plain', text.slice(end, match.index))
    const groups = match.groups ?? {}
    const kind = groups['comment'] !== undefined ? 'comment' : groups['string'] !== undefined ? 'string' : groups['number'] !== undefined ? 'number'
      : isKeyword(match[0], text, match.index, keywords) ? 'keyword' : 'plain'
    push(kind, match[0])
    end = match.index + match[0].length
  }
  push('plain', text.slice(end))
  return tokens
}

/** A keyword may also name an entry (`prompts:`) or a part (`dice.train`); there it is no keyword. */
function isKeyword(word: string, text: string, at: number, keywords: ReadonlySet<string>): boolean {
  return keywords.has(word) && text[at - 1] !== '.' && !/^\s*[:.]/.test(text.slice(at + word.length, at + word.length + 8))
}

function blockWords(kind: Kind): string[] {
  return Object.entries(kind.blocks ?? {}).flatMap(([name, rule]) => [name, ...blockWords(rule.kind)])
}
