// How often a model's answer is preferred to the baseline's.
import { meanMeasure } from './mean.ts'

/** 100 · mean(win), a tie counting half; the standard error is AlpacaEval's 100 · sem(win). */
export const winrate = meanMeasure({
  doc: 'Share of prompts on which the judge prefers the answer to the baseline; a tie counts half.',
  label: 'Win rate',
  unit: '%',
  better: 'higher',
  range: [0, 100],
  of: 'outcomes',
  digits: 1,
  column: ({ outcomes }) => outcomes.map(({ win }) => 100 * win),
  absent: 'no prompt was answered',
})
