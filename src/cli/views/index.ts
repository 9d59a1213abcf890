// The table of views: which files of a result people can read, and under what heading. Others are listed by size alone.
import { adapter, counts, curve, evaluation, model, replay, shaping, tokenizer } from './facts.ts'
import { rows, samples, scores } from './rows.ts'
import type { View } from './view.ts'

export interface ViewRow {
  readonly file: string
  readonly title: string
  readonly view: View
}

export const views: readonly ViewRow[] = [
  { file: 'config.json', title: 'model', view: model },
  { file: 'adapter_config.json', title: 'adapter', view: adapter },
  { file: 'tokenizer.json', title: 'tokenizer', view: tokenizer },
  { file: 'curve.json', title: 'training', view: curve },
  { file: 'shaping.json', title: 'length shaping', view: shaping },
  { file: 'replay.json', title: 'replay', view: replay },
  { file: 'counts.json', title: 'counts', view: counts },
  { file: 'evaluation.json', title: 'evaluation', view: evaluation },
  { file: 'samples.jsonl', title: 'samples', view: samples },
  { file: 'scores.jsonl', title: 'log-probabilities', view: scores },
  { file: 'rows.jsonl', title: 'rows', view: rows },
]
