// Entries that every chart of measures understands.
import type { Field } from '../../vocabulary/field.ts'

export const measures: Field = {
  doc: 'The measure, or a list of measures, each drawn on its own scale.',
  type: {
    kind: 'either',
    of: [
      { kind: 'reference', to: ['measure'] },
      { kind: 'list', of: { kind: 'reference', to: ['measure'] }, min: 1 },
    ],
  },
}

export const color: Field = { doc: 'What colours tell apart.', type: { kind: 'axis' }, optional: true }

export const interval: Field = {
  doc: 'Confidence of the intervals drawn, by resampling prompts and seeds.',
  type: { kind: 'share', above: 0, below: 1 },
  default: 0.95,
}
