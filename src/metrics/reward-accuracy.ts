// Whether a model's implicit reward agrees with the judge on pairs it was not trained on.
import { meanMeasure } from './mean.ts'

export const rewardAccuracy = meanMeasure({
  doc: 'Share of held-out pairs that the implicit reward ranks as the judge does; a tie counts as wrong.',
  label: 'Reward accuracy',
  unit: '%',
  better: 'higher',
  range: [0, 100],
  of: 'comparisons',
  digits: 1,
  column: ({ comparisons }) => comparisons.map(({ correct }) => 100 * correct),
  absent: 'no held-out pair was scored: the model has no reference, or there were no pairs',
})
