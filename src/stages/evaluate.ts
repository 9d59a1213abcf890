// A judge compares a model's answers with the baseline's, prompt by prompt.
import type { Pair, Samples } from '../data/record.ts'
import type { Comparison, Evaluation, Outcome } from '../data/result.ts'
import type { Judge } from '../judges/judge.ts'
import { jsonFile } from '../run/files.ts'
import type { Artifact, Stage } from '../run/stage.ts'
import { judgeFrom } from './judging.ts'
import type { JudgeSettings } from './judging.ts'

export const evaluate: Stage<{ readonly judge: JudgeSettings }> = {
  doc: "Compares a model's answers with the baseline's.",
  version: 1,
  numeric: false,
  seeded: false,
  async run({ params, input, has }) {
    const judge = judgeFrom(params.judge)
    const answers = input('answers').rows<Samples>('samples.jsonl')
    const baseline = input('baseline').rows<Samples>('samples.jsonl')
    const evaluation: Evaluation = {
      outcomes: outcomes(answers, baseline, judge),
      comparisons: has('policy') ? comparisons(input('policy'), input('reference')) : [],
    }
    return { 'evaluation.json': jsonFile(evaluation) }
  },
}

export function outcomes(answers: readonly Samples[], baseline: readonly Samples[], judge: Judge): Outcome[] {
  const theirs = new Map(baseline.map((row) => [row.id, row]))
  return answers.map((row): Outcome => {
    const mine = row.responses[0]
    const other = theirs.get(row.id)?.responses[0]
    if (mine === undefined || other === undefined) throw new Error(`bug: prompt ${row.id} was not answered by both`)
    const score = judge(row.text, mine.text, mine.finish !== 'length').score
    const baselineScore = judge(row.text, other.text, other.finish !== 'length').score
    return {
      prompt: row.id,
      text: row.text,
      answer: mine.text,
      baseline: other.text,
      win: score > baselineScore ? 1 : score < baselineScore ? 0 : 0.5,
      score,
      baselineScore,
      length: [...mine.text].length,
      baselineLength: [...other.text].length,
      tokens: mine.tokens?.length ?? 0,
      ended: mine.finish !== 'length',
    }
  })
}

/** Strict: the judge's choice must have the higher implicit reward log π − log π_ref; β > 0 cannot change which is higher. */
export function comparisons(policy: Artifact, reference: Artifact): Comparison[] {
  const references = reference.rows<Pair>('rows.jsonl')
  return policy.rows<Pair>('rows.jsonl').map((pair, index): Comparison => {
    const under = references[index]?.reference
    if (pair.reference === undefined || under === undefined) throw new Error(`bug: pair ${pair.id} has no log-probabilities`)
    const chosen = pair.reference.chosen - under.chosen
    const rejected = pair.reference.rejected - under.rejected
    return { prompt: pair.id, correct: chosen > rejected ? 1 : 0 }
  })
}
