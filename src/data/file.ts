// `file("pairs.jsonl") { format: chosen_rejected }`: the entries of a data file and the parts it has.
import type { Field } from '../vocabulary/field.ts'
import type { Type } from '../vocabulary/type.ts'
import { formats, separators } from './format.ts'
import type { FieldName, Format } from './format.ts'

const called = (what: string, usual: string): Field => ({
  doc: `What the field with ${what} is called, when it is not ${usual}.`,
  type: { kind: 'text', pattern: /\S/, expects: 'the name of a field' },
  optional: true,
})

export const filePath: Field = { doc: 'The data file: JSONL, a JSON array, or plain text.', type: { kind: 'file' } }

export const fileEntries = {
  format: {
    doc: 'What the rows of the file are.',
    type: { kind: 'choice', of: Object.fromEntries(Object.entries(formats).map(([name, { doc }]) => [name, doc])) },
  },
  prompts: {
    doc: 'Another file with the requests for the `prompts` part, in the format `prompts`; otherwise they are those of the rows.',
    type: { kind: 'file' },
    optional: true,
  },
  id: called('the id of a row', '`id`'),
  prompt: called('the request', '`prompt`, `instruction`, `messages` or `conversations`'),
  response: called('the answer', '`response`, `output` or `completion`'),
  chosen: called('the better answer', '`chosen`'),
  rejected: called('the worse answer', '`rejected`'),
  separator: {
    doc: 'Where a plain text is cut into documents: at blank lines when unwritten.',
    type: { kind: 'choice', of: separators },
    optional: true,
  },
} as const satisfies Readonly<Record<string, Field>>

/** The parts of a file of this format, by the name after the dot. */
export function fileParts(format: Format): Readonly<Record<string, Type>> {
  return formats[format].parts
}

export interface FileProblem {
  readonly entry: string
  readonly message: string
  readonly remedy: string
}

/** Entries among those written that this format does not read: each is a mistake, since nothing is ignored. */
export function fileProblems(format: Format, written: readonly string[]): readonly FileProblem[] {
  const used: readonly FieldName[] = formats[format].fields
  const meaningless = (entry: string) =>
    entry === 'separator' ? format !== 'text'
    : entry === 'prompts' ? format === 'text' || format === 'prompts'
    : ['id', 'prompt', 'response', 'chosen', 'rejected'].includes(entry) && !used.some((name) => name === entry)
  const fields = used.length > 0 ? `; the fields of this format are ${used.map((name) => `\`${name}\``).join(', ')}` : ''
  return written.filter(meaningless).map((entry) => ({
    entry,
    message: `\`${entry}\` says nothing about a file of the format \`${format}\``,
    remedy: `leave it out${fields}`,
  }))
}
