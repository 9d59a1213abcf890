// Colours for code: comments, texts, numbers and the words of the language. It never fails and loses no character.
import { connectors } from '../vocabulary/kind.ts'
import type { Kind, Vocabulary } from '../vocabulary/kind.ts'
import type { Token } from './report.ts'

const pattern = new RegExp([
  /(?<comment>#[^\n]*)/,
  /(?<string>"(?:[^"\\\n]|\\.)*"?)/,
  /(?<number>(?<![\p{L}\p{N}_.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?%?)/u,
  /(?<word>[\p{L}_][\p{L}\p{N}_]*)/u,
].map(({ source }) => source).join('|'), 'gu')

export function highlight(text: string, vocabulary: Vocabulary): Token[] {
  const kinds = Object.entries(vocabulary.kinds).flatMap(([name, kind]) => [name, ...blockWords(kind)])
  const keywords = new Set<string>([...connectors, ...kinds])
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
    push(tokenKind(match, text, keywords), match[0])
    end = match.index + match[0].length
  }
  push('plain', text.slice(end))
  return tokens
}

function tokenKind({ 0: part, index, groups }: RegExpExecArray, text: string, keywords: ReadonlySet<string>): Token['kind'] {
  const found = (['comment', 'string', 'number'] as const).find((kind) => groups?.[kind] !== undefined)
  return found ?? (isKeyword(part, text, index, keywords) ? 'keyword' : 'plain')
}

/** A keyword may also name an entry (`prompts:`) or a part (`dice.train`); there it is no keyword. */
function isKeyword(word: string, text: string, at: number, keywords: ReadonlySet<string>): boolean {
  return keywords.has(word) && text[at - 1] !== '.' && !/^\s*[:.]/.test(text.slice(at + word.length, at + word.length + 8))
}

function blockWords(kind: Kind): string[] {
  return Object.entries(kind.blocks ?? {}).flatMap(([name, rule]) => [name, ...blockWords(rule.kind)])
}
