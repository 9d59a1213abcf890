// `report { chart …, table … }`: what the report shows beside the prose. It asks for no stage; the report reads it.
import { charts } from '../report/charts/index.ts'
import type { Kind } from '../vocabulary/kind.ts'
import type { KindRow } from './context.ts'
import { reference as field } from './fields.ts'

const chart: Kind = { doc: 'A chart.', named: 'none', head: { rows: charts } }

const table: Kind = {
  doc: 'Every model and measure of an evaluation, with intervals.',
  named: 'none',
  head: { field: field('The evaluation.', 'evaluation') },
}

export const report: KindRow = {
  doc: 'Charts and tables, placed where the block stands in the file.',
  named: 'none',
  blocks: { chart: { kind: chart, count: 'many' }, table: { kind: table, count: 'many' } },
  expand: () => undefined,
}
