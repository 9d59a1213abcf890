// Rows from a file of the user's own, every one checked before any is used.
import { readFileSync } from 'node:fs'
import type { FieldNames, Format, Separator } from '../data/format.ts'
import { refusal, warningTexts } from '../data/problem.ts'
import { promptsOf } from '../data/prompts.ts'
import { readRows } from '../data/read.ts'
import { rowsFile } from '../run/files.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage } from '../run/stage.ts'

interface ReadParams extends FieldNames {
  readonly format: Format
  /** The part asked for: `prompts` of a file of pairs are its requests alone. */
  readonly part: string
  readonly separator?: Separator
}

export const read: Stage<ReadParams> = {
  doc: 'Reads and checks a data file.',
  version: 1,
  numeric: false,
  seeded: false,
  async run({ params, file, warn }) {
    const { format, part, separator, ...names } = params
    const path = file('data')
    const { rows, problems } = readRows(decode(readFileSync(path), path), format, path, { names, ...(separator === undefined ? {} : { separator }) })
    const refused = refusal(problems)
    if (refused !== undefined) throw new StageFailure(refused.message, refused.remedy)
    warningTexts(problems).forEach(warn)
    return { 'rows.jsonl': rowsFile(part === 'prompts' ? promptsOf(rows) : rows) }
  },
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new StageFailure(`${path} is not UTF-8 text`, 'save it as UTF-8')
  }
}
