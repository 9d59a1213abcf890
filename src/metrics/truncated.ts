// How many answers never came to an end.
import { meanMeasure } from './mean.ts'

export const truncated = meanMeasure({
  doc: 'Share of answers cut off at the token limit.',
  label: 'Cut off',
  unit: '%',
  better: 'lower',
  range: [0, 100],
  of: 'outcomes',
  digits: 1,
  column: ({ outcomes }) => outcomes.map(({ ended }) => (ended ? 0 : 100)),
  absent: 'no prompt was answered',
})
