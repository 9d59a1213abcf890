// How long the answers are.
import { meanMeasure } from './mean.ts'

export const length = meanMeasure({
  doc: 'Mean length of the answers in characters (Unicode code points).',
  label: 'Answer length',
  unit: 'characters',
  better: 'neither',
  range: [0, Infinity],
  of: 'outcomes',
  digits: 1,
  column: ({ outcomes }) => outcomes.map((outcome) => outcome.length),
  absent: 'no prompt was answered',
})
