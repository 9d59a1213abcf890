// The made-up experiment as a checked program: three models, a loop of two rounds, a sweep of 2 × 2,
// one evaluation, a report.
import type { Cell, Declaration, Program } from '../../src/language/program.ts'
import type { Argument, Value } from '../../src/vocabulary/value.ts'

const here = { start: 0, end: 1 }
export const number = (value: number): Value => ({ kind: 'number', value })
export const auto: Value = { kind: 'auto', factor: 1 }
export const axisOf = (path: string): Value => ({ kind: 'axis', path: path.split('.') })
export const to = (name: string, member?: string): Value =>
  ({ kind: 'reference', name, ...(member === undefined ? {} : { member }) })
const list = (...items: Value[]): Value => ({ kind: 'list', items })
const choice = (value: string): Value => ({ kind: 'choice', value })
export const written = (value: Value): Argument => ({ value, given: here })
const filled = (value: Value): Argument => ({ value, given: undefined })

export function declaration(kind: string, name: string, cell: number, rest: Partial<Declaration> = {}): Declaration {
  return { kind, name, row: '', arguments: {}, blocks: [], grid: [], given: here, nameSpan: here, cell, ...rest }
}

const prose = (text: string): Cell => ({ kind: 'prose', title: '', text, span: here })
const code = (title: string, text: string): Cell => ({ kind: 'code', title, text, span: here })

const cells: Cell[] = [
  prose(`# Does replay still help once length is controlled?
DICE lets a DPO-tuned model label its own samples. Two knobs keep it honest: the length penalty **α** and
the share **γ** of offline pairs replayed in each round.
`),
  code('setup', `train sft  = supervised(base) on village.demonstrations { epochs: 1 }
train dpo0 = dpo(sft) on village.preferences { beta: 0.1, steps: 60 }   # the start
`),
  prose('## The loop\nEach round labels *its own* samples.\n'),
  code('the loop', `iterate dice from dpo0 against sft {
  rounds: 2
  shape   length { alpha: auto }
  replay  village.preferences { gamma: 0.5 }
}
`),
  code('the questions', `sweep knobs = dice with {
  replay.gamma: [0, 0.5]
  shape.alpha:  [0, auto]
}

evaluate quality of [sft, dpo0, dice, knobs] against dpo0 {
  prompts: village.test
  measures: [lc_winrate, winrate, length]
}
`),
  code('', `report {
  chart line(quality.lc_winrate, by: round, color: replay.gamma, interval: 95%)
  chart bars([quality.lc_winrate, quality.length], by: shape.alpha)
  table quality
}
`),
]

const dice = declaration('iterate', 'dice', 3, {
  arguments: { from: written(to('dpo0')), against: written(to('sft')), rounds: written(number(2)) },
  blocks: [
    declaration('shape', '', 3, { row: 'length', arguments: { alpha: filled(auto) } }),
    declaration('replay', '', 3, { arguments: { head: written(to('village', 'preferences')), gamma: written(number(0.5)) } }),
  ],
})

const knobs = declaration('sweep', 'knobs', 4, {
  arguments: { head: written(to('dice')) },
  grid: [
    { path: ['replay', 'gamma'], values: [number(0), number(0.5)].map(written) },
    { path: ['shape', 'alpha'], values: [number(0), auto].map(written) },
  ],
})

const quality = declaration('evaluate', 'quality', 4, {
  arguments: {
    of: written(list(...['sft', 'dpo0', 'dice', 'knobs'].map((name) => to(name)))),
    against: written(to('dpo0')),
    prompts: written(to('village', 'test')),
    measures: written(list(...['lc_winrate', 'winrate', 'length'].map(choice))),
  },
})

/** A chart as the checker leaves it. */
export function chart(row: string, measures: readonly string[], by: string, color?: string, level = 0.95): Declaration {
  const named = measures.map((measure) => to('quality', measure))
  return declaration('chart', '', 5, {
    row,
    arguments: {
      measures: written(named.length === 1 && named[0] !== undefined ? named[0] : list(...named)),
      by: written(axisOf(by)),
      ...(color === undefined ? {} : { color: written(axisOf(color)) }),
      interval: filled(number(level)),
    },
  })
}

const report = declaration('report', '', 5, {
  blocks: [
    chart('line', ['lc_winrate'], 'round', 'replay.gamma'),
    chart('bars', ['lc_winrate', 'length'], 'shape.alpha'),
    declaration('table', '', 5, { arguments: { head: written(to('quality')) } }),
  ],
})

export const program: Program = {
  source: { path: '/somewhere/else/replay.dice', text: cells.map(({ text }) => text).join('') },
  settings: {
    title: written({ kind: 'text', value: 'Replay and the length penalty, in miniature' }),
    seeds: written(list(number(1), number(2))),
  },
  declarations: [
    declaration('train', 'sft', 1, { row: 'dpo', arguments: { steps: filled(number(40)), beta: filled(number(0.1)) } }),
    declaration('train', 'dpo0', 1, { row: 'dpo', arguments: { steps: written(number(60)), beta: written(number(0.1)) } }),
    dice, knobs, quality, report,
  ],
  cells,
}
