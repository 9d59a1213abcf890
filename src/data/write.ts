// Rows as files for other tools, in the field names that trainers of preference models share; `readRows` reads them back.
import { canonical } from '../plan/key.ts'
import type { Format } from './format.ts'
import type { RowsOf } from './read.ts'

const published: { readonly [F in Exclude<Format, 'text'>]: (row: RowsOf[F]) => object } = {
  prompts: ({ id, text }) => ({ id, prompt: text }),
  demonstrations: ({ id, text, response }) => ({ id, prompt: text, response }),
  chosen_rejected: ({ id, text, chosen, rejected }) => ({ id, prompt: text, chosen: chosen.text, rejected: rejected.text }),
}

/** JSONL, one row a line, names in alphabetical order: equal rows are equal bytes. */
export function writeRows<F extends Exclude<Format, 'text'>>(rows: Iterable<RowsOf[F]>, format: F): string {
  return Array.from(rows, (row) => `${canonical(published[format](row))}\n`).join('')
}
