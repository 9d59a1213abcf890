// The table of kinds: what can be declared. One file and one line here add another.
import type { Vocabulary } from '../vocabulary/kind.ts'
import { data } from './data.ts'
import { evaluate } from './evaluate.ts'
import { iterate } from './iterate.ts'
import { judge } from './judge.ts'
import { model } from './model.ts'
import { report } from './report.ts'
import { sweep } from './sweep.ts'
import { train } from './train.ts'

export const kinds = { data, model, judge, train, iterate, sweep, evaluate, report } as const

/** The whole language, as the checker reads it. */
export const vocabulary: Vocabulary = {
  kinds,
  settings: {
    title: { doc: 'What the report is called; the file name when unwritten.', type: { kind: 'text' }, default: '' },
    seeds: {
      doc: 'The experiment is run once for each; charts show the spread.',
      type: { kind: 'list', of: { kind: 'integer', min: 0 }, min: 1 },
      default: [1],
    },
  },
  aliases: { γ: 'gamma', α: 'alpha', β: 'beta' },
}
