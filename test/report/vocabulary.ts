// A small vocabulary: as much of the language as the made-up results need.
import { charts } from '../../src/report/charts/index.ts'
import type { Field } from '../../src/vocabulary/field.ts'
import type { Kind, Vocabulary } from '../../src/vocabulary/kind.ts'

const share = (doc: string): Field => ({ doc, type: { kind: 'share' }, unit: 'share of offline pairs' })
const any: Field = { doc: 'A name.', type: { kind: 'reference', to: ['model'] } }
const count = (doc: string, unit?: string): Field =>
  ({ doc, type: { kind: 'integer', min: 1 }, ...(unit === undefined ? {} : { unit }) })

const training: Kind = {
  doc: 'Trains.', named: 'name',
  head: {
    rows: { dpo: { doc: 'Direct preference optimisation.', entries: { steps: count('Optimiser steps.', 'steps'), beta: share('β.') } } },
  },
}

const replay: Kind = {
  doc: 'Mixes.', named: 'none', head: { field: any }, entries: { gamma: share('The share of offline pairs (γ).') },
}
const shape: Kind = {
  doc: 'Shapes.', named: 'none',
  head: { rows: { length: { doc: 'A length penalty.', entries: { alpha: { doc: 'Reward lost per unit.', type: { kind: 'automatic' } } } } } },
}

const iterate: Kind = {
  doc: 'Rounds.', named: 'name', clauses: { from: any, against: any }, entries: { rounds: count('Rounds.') },
  blocks: { shape: { kind: shape, count: 'once' }, replay: { kind: replay, count: 'optional' } },
}

const evaluate: Kind = {
  doc: 'Measures.', named: 'name', clauses: { of: any, against: any }, entries: { prompts: any, measures: any },
}
const chart: Kind = { doc: 'A chart.', named: 'none', head: { rows: charts } }
const report: Kind = { doc: 'Shows.', named: 'none', blocks: { chart: { kind: chart, count: 'many' } } }

export const vocabulary: Vocabulary = {
  kinds: {
    train: training, iterate, evaluate, report,
    sweep: { doc: 'Varies.', named: 'name', head: { field: any }, grid: true },
  },
  settings: {},
  aliases: { γ: 'gamma', α: 'alpha', β: 'beta' },
}
