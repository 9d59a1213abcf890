// Numbers and texts as written, to their values.
import type { IToken } from 'chevrotain'
import type { Accept } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import type { Expression } from './ast.ts'
import { spanOf } from './cst.ts'
import * as messages from './messages.ts'

interface Reader {
  readonly source: Source
  readonly accept: Accept
}

/** `1e-4`, `10_000`, `80%`. A percentage is scaled in its decimal digits, so that 33.3% is 0.333 to the last bit. */
export function readNumber(reader: Reader, token: IToken): Expression {
  const span = spanOf(token)
  const percent = token.image.endsWith('%')
  const plain = token.image.replaceAll('_', '').replace('%', '')
  const [digits, exponent = '0'] = plain.split(/e/i)
  const value = Number(percent ? `${digits}e${Number(exponent) - 2}` : plain)
  if (token.tokenType.name !== 'BadNumber' && Number.isFinite(value)) return { kind: 'number', value, percent, span }
  reader.accept(messages.badNumber({ source: reader.source, span }, token.image))
  return { kind: 'hole', span }
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t' }

export function readText(reader: Reader, token: IToken): Expression {
  const span = spanOf(token)
  const name = token.tokenType.name
  const inner = token.image.slice(1, name === 'OpenQuoted' ? undefined : -1)
  if (name === 'OpenQuoted') return { kind: 'hole', span }
  if (name === 'ForeignQuoted') {
    reader.accept(messages.foreignQuotes({ source: reader.source, span }, inner.replaceAll('"', '\\"')))
    return { kind: 'text', value: inner, span }
  }
  const value = inner.replace(/\\(?:u\{([0-9a-fA-F]{1,6})\}|[^])/g, (escape: string, code: string | undefined, offset: number) => {
    const point = code === undefined ? undefined : Number.parseInt(code, 16)
    if (point !== undefined && point <= 0x10ffff) return String.fromCodePoint(point)
    const character = escapes[escape.slice(1)]
    if (character !== undefined) return character
    const start = span.start + 1 + offset
    reader.accept(messages.badEscape({ source: reader.source, span: { start, end: start + escape.length } }, escape))
    return escape
  })
  return { kind: 'text', value, span }
}
