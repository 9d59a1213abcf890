// Offline pairs from a model's own answers: the judge's best is chosen, its worst rejected.
import type { Answer, Pair, Samples } from '../data/record.ts'
import { rowsFile, jsonFile } from '../run/files.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage } from '../run/stage.ts'
import { judgeFrom } from './judging.ts'
import type { JudgeSettings } from './judging.ts'

interface RankParams {
  readonly judge: JudgeSettings
  readonly min_responses: number
  readonly keep_truncated: boolean
}

export const rank: Stage<RankParams> = {
  doc: "Makes pairs of the judge's best and worst answer to each prompt.",
  version: 1,
  numeric: false,
  seeded: false,
  async run({ params: settings, input }) {
    const judge = judgeFrom(settings.judge)
    const samples = input('samples').rows<Samples>('samples.jsonl')
    const dropped = { tooFew: 0, tied: 0 }
    const pairs = samples.flatMap((row): Pair[] => {
      const usable = row.responses.filter((answer) => settings.keep_truncated || answer.finish !== 'length')
      if (usable.length < settings.min_responses) {
        dropped.tooFew += 1
        return []
      }
      const scored = usable.map((answer) => ({ answer, score: judge(row.text, answer.text, answer.finish !== 'length').score }))
      const best = scored.reduce((a, b) => (b.score > a.score ? b : a))
      const worst = scored.reduce((a, b) => (b.score < a.score ? b : a))
      if (best.score === worst.score) {
        dropped.tied += 1
        return []
      }
      return [{ id: row.id, text: row.text, chosen: plain(best.answer), rejected: plain(worst.answer), origin: 'offline' }]
    })
    if (pairs.length === 0) {
      throw new StageFailure(
        `no pair came out of ${samples.length} prompts: ${dropped.tooFew} had fewer than ${settings.min_responses} usable answers, ` +
          `${dropped.tied} were scored alike`,
        'draw more `responses`, raise `max_tokens` or set `keep_truncated: true`, or use a judge that tells answers apart',
      )
    }
    return { 'rows.jsonl': rowsFile(pairs), 'counts.json': jsonFile({ prompts: samples.length, pairs: pairs.length, ...dropped }) }
  },
}

/** Without the log-probability of the moment it was drawn: offline pairs are scored anew under each reference. */
function plain({ text, tokens, finish }: Answer): Answer {
  return { text, ...(tokens === undefined ? {} : { tokens }), ...(finish === undefined ? {} : { finish }) }
}
