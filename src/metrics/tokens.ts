// How many tokens the answers take.
import { meanMeasure } from './mean.ts'

export const tokens = meanMeasure({
  doc: 'Mean length of the answers in tokens.',
  label: 'Answer length',
  unit: 'tokens',
  better: 'neither',
  range: [0, Infinity],
  of: 'outcomes',
  digits: 1,
  column: ({ outcomes }) => outcomes.map((outcome) => outcome.tokens),
  absent: 'no prompt was answered',
})
