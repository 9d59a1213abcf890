// The formats a data file may have, as a table: what each is for and the names its fields go by.
import type { Type } from '../vocabulary/type.ts'

export type FieldName = 'id' | 'prompt' | 'response' | 'chosen' | 'rejected'

/** What the user calls a field, where it is not one of the usual names: `{ prompt: 'question' }`. */
export type FieldNames = Readonly<Partial<Record<FieldName, string>>>

export interface FormatRow {
  /** One sentence for the reference page. */
  readonly doc: string
  /** The parts of a file of this format, by the name after the dot. */
  readonly parts: Readonly<Record<string, Type>>
  /** The fields that may be given other names. */
  readonly fields: readonly FieldName[]
}

export const formats = {
  prompts: {
    doc: 'Requests: `prompt`, `instruction` with `input`, `text`, a conversation (`messages`, `conversations`), or plain strings.',
    parts: { prompts: 'prompts' },
    fields: ['id', 'prompt'],
  },
  demonstrations: {
    doc: 'Requests with an answer: `response`, `output` or `completion`, or the last message of a conversation.',
    parts: { demonstrations: 'demonstrations', prompts: 'prompts' },
    fields: ['id', 'prompt', 'response'],
  },
  chosen_rejected: {
    doc: 'Pairs: `chosen` and `rejected` as texts or conversations, or `output_1` and `output_2` with the better one in `label`.',
    parts: { preferences: 'pairs', prompts: 'prompts' },
    fields: ['id', 'prompt', 'chosen', 'rejected'],
  },
  text: {
    doc: 'Plain text, cut into documents at `separator`.',
    parts: { text: 'corpus' },
    fields: [],
  },
} as const satisfies Readonly<Record<string, FormatRow>>

export type Format = keyof typeof formats

export const separators = {
  blank_line: 'documents stand between blank lines',
  line: 'every line that is not blank is a document',
  end_of_text: 'documents stand between the marks `<|endoftext|>`',
  none: 'the whole file is one document',
} as const

export type Separator = keyof typeof separators
