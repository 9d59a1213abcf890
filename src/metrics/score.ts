// What the judge thinks of the answers by themselves, without a baseline.
import { meanMeasure } from './mean.ts'

export const score = meanMeasure({
  doc: "Mean of the judge's scores.",
  label: 'Judge score',
  unit: 'points',
  better: 'higher',
  range: [-Infinity, Infinity],
  of: 'outcomes',
  digits: 3,
  column: ({ outcomes }) => outcomes.map((outcome) => outcome.score),
  absent: 'no prompt was answered',
})
