// Reading the fields of one record by their usual names or the user's, with every mistake reported at its place.
import { suggest } from '../language/suggest.ts'
import { readMessages, transcript } from './chat.ts'
import type { Message } from './chat.ts'
import type { FieldName, FieldNames } from './format.ts'
import type { DataProblem, Place, ProblemKind } from './problem.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** One record while it is read. The first problem is reported and ends it: one mistake, one message. */
export interface Reader {
  readonly record: JsonObject
  readonly names: FieldNames
  report(kind: ProblemKind, message: string, remedy: string): undefined
  /** The row is sound but of no use: it is left out. */
  leaveOut(message: string, remedy: string): undefined
}

export function reader(
  record: JsonObject, names: FieldNames, file: string, place: Place, accept: (problem: DataProblem) => void,
): Reader {
  return {
    record,
    names,
    report: (kind, message, remedy) => void accept({ kind, severity: 'error', file, place, message, remedy }),
    leaveOut: (message, remedy) => void accept({ kind: 'useless', severity: 'warning', file, place, message, remedy }),
  }
}

/** The name under which a field is found: the user's if given, else the first usual one the record has. */
export function nameOf(from: Reader, field: FieldName, usual: readonly string[]): string | undefined {
  const own = from.names[field]
  const candidates = own === undefined ? usual : [own]
  return candidates.find((name) => from.record[name] !== undefined && from.record[name] !== null)
}

/** Reports that a field is absent, guessing at a slip of the pen among the record's own names. */
export function missing(from: Reader, field: FieldName, usual: readonly string[]): undefined {
  const own = from.names[field]
  const wanted = own === undefined ? usual : [own]
  const slips = wanted.flatMap((name) => suggest(name, Object.keys(from.record)).near.map((slip) => ({ name, slip })))
  const guess = slips[0] === undefined ? '' : `; did you mean \`${slips[0].name}\` where it says \`${slips[0].slip}\`?`
  const remedy = own === undefined
    ? `give every row one of ${wanted.map((name) => `\`${name}\``).join(', ')}, or say what it is called: \`${field}: "…"\``
    : `\`${field}: "${own}"\` must name a field that every row has`
  return from.report('missing', `no ${wanted.map((name) => `\`${name}\``).join(' or ')}${guess}`, remedy)
}

/** A text. Reports anything else. */
export function textOf(from: Reader, name: string): string | undefined {
  const value = from.record[name]
  if (typeof value === 'string') return value
  return from.report('type', `\`${name}\` is ${describe(value)} where a text is needed`, `write \`${name}\` in double quotes`)
}

/** The messages of a conversation. Reports anything else. */
export function conversationOf(from: Reader, name: string): readonly Message[] | undefined {
  const value = from.record[name]
  if (!Array.isArray(value) || value.length === 0) {
    return from.report('type', `\`${name}\` is ${describe(value)} where a conversation is needed`, 'write a list of messages')
  }
  const messages = readMessages(value)
  if (typeof messages !== 'string') return messages
  const remedy = 'write messages as { "role": …, "content": … } or { "from": …, "value": … }'
  return from.report('type', `\`${name}\`: ${messages}`, remedy)
}

/** What a request is usually called, best first. */
export const requestNames = ['prompt', 'instruction', 'messages', 'conversations'] as const

/**
 * The request of a record: a text or a conversation under `prompt`; an `instruction`, with its `input` on the next
 * line; or a conversation. `more` are names that mean a request in this format only.
 */
export function requestOf(from: Reader, more: readonly string[] = []): string | undefined {
  const usual = [...requestNames, ...more]
  const name = nameOf(from, 'prompt', usual)
  if (name === undefined) return missing(from, 'prompt', usual)
  const messages = Array.isArray(from.record[name]) ? conversationOf(from, name) : undefined
  const text = Array.isArray(from.record[name]) ? messages && transcript(messages) : textOf(from, name)
  if (text === undefined) return undefined
  const input = name === 'instruction' ? from.record['input'] : undefined
  if (input !== undefined && input !== null && typeof input !== 'string') return textOf(from, 'input')
  const whole = typeof input === 'string' && input.trim() !== '' ? `${text}\n${input}` : text
  return whole.trim() === '' ? from.report('missing', `\`${name}\` is empty`, 'a row needs a request') : whole
}

export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'absent'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'a text' : `the ${typeof value} ${String(value)}`
}
