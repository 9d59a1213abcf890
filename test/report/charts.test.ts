import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import * as assert from 'uvu/assert'
import { chartData, chartRequest } from '../../src/report/charting.ts'
import type { Chart as Row } from '../../src/report/charts/chart.ts'
import { charts as rows } from '../../src/report/charts/index.ts'
import { palette } from '../../src/report/charts/theme.ts'
import { wrap } from '../../src/report/charts/wrap.ts'
import { collect } from '../../src/report/collect.ts'
import { charts } from '../../src/report/files.ts'
import { measureInfo } from '../../src/report/measure.ts'
import { rounded } from '../../src/report/number.ts'
import { measurePoints } from '../../src/report/points.ts'
import { inlineSvg, svg } from '../../src/report/svg.ts'
import { describe } from '../describe.ts'
import { golden } from '../golden.ts'
import { root } from '../root.ts'
import { contrast } from './contrast.ts'
import { results } from './fixture.ts'
import { chart } from './program.ts'

const given = results()
const report = collect(given)
const drawn = charts(report)
const points = measurePoints(given, 0.95)
const measures = Object.fromEntries(['lc_winrate', 'winrate', 'length'].map((name) => [name, measureInfo(name)]))

const schema = JSON.parse(readFileSync(join(root, 'node_modules/vega-lite/build/vega-lite-schema.json'), 'utf8')) as object
const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema)

function assertValid(spec: unknown, what: string): void {
  assert.ok(validate(spec), `${what}: ${JSON.stringify(validate.errors?.slice(0, 3))}`)
}

function drawing(...request: Parameters<typeof chart>) {
  return chartData(chartRequest(chart(...request)), points, measures, given)
}

describe('chart specifications', (it) => {
  it('of the made-up experiment are the reviewed ones', () => {
    const names = ['curve-sft', 'landscape-dice', 'line-lc_winrate-by-round', 'bars-lc_winrate-length-by-shape-alpha']
    const [first, second, ...others] = names
    assert.equal(drawn.map(({ name }) => name), [first, 'curve-dpo0', 'curve-dice', second, 'curve-knobs', ...others])
    for (const name of names) {
      const spec = drawn.find((one) => one.name === name)?.spec
      golden(`report/${name}.vl.json`, `${JSON.stringify(spec, null, 1)}\n`)
    }
  })

  it('satisfy the Vega-Lite schema, whatever is asked for', () => {
    assert.not(validate({ mark: 'bogus', data: { values: [] } }), 'the validator accepts anything')
    for (const { name, spec } of drawn) assertValid(spec, name)
    for (const by of ['round', 'seed', 'model', 'replay.gamma', 'shape.alpha']) {
      for (const color of [undefined, 'round', 'model', 'replay.gamma', 'seed'].filter((other) => other !== by)) {
        for (const asked of [['winrate'], ['lc_winrate', 'length']]) {
          const found = drawing('line', asked, by, color)
          assert.ok(found, `${by} ${String(color)}`)
          for (const row of Object.values(rows) as Row[]) {
            assertValid(row.spec(found.data), `${asked.join()} by ${by}, colour ${String(color)}`)
          }
        }
      }
    }
  })

  it('always show an interval, except where each seed is drawn on its own', () => {
    for (const row of drawing('line', ['winrate'], 'round', 'replay.gamma')?.data.rows ?? []) {
      assert.ok(row.low !== null && row.high !== null && row.low <= row.estimate && row.estimate <= row.high)
    }
    const seeds = drawing('line', ['winrate'], 'seed')?.data
    assert.equal(seeds?.x.values, [1, 2])
    assert.ok(seeds?.rows.every(({ low, high }) => low === null && high === null))
    assert.match(seeds?.subtitle ?? '', 'without intervals')
  })

  it('draw a reference rule at 50 % for win rates and none for lengths', () => {
    const spec = (measure: string): string => JSON.stringify(rows.line.spec(drawing('line', [measure], 'round')!.data))
    const rules = (measure: string): number => spec(measure).split('"datum":50').length - 1
    assert.is(rules('winrate'), 1)
    assert.is(rules('length'), 0)
  })

  it('begin each line of a loop at the model it starts from', () => {
    const data = drawing('line', ['lc_winrate'], 'round', 'replay.gamma')!.data
    const start = data.rows.filter(({ x }) => x === 0)
    assert.is(start.length, 4)
    assert.ok(start.every(({ estimate }) => estimate === 50))
    assert.equal(data.panels, ['α 0', 'α auto'])
    assert.equal(data.color?.values, ['0', '0.5'])
  })

  it('show only models after their last round where rounds are not drawn', () => {
    const data = drawing('bars', ['length'], 'model')!.data
    assert.equal(data.rows.map(({ x }) => x), ['sft', 'dpo0', 'dice'])
    const last = points.find(({ model, round, measure }) => model === 'dice' && round === 2 && measure === 'length')
    assert.is(data.rows[2]?.estimate, last?.result.kind === 'measured' ? rounded(last.result.estimate) : NaN)
    assert.match(data.subtitle, 'after their last round')
  })

  it('are undefined where nothing varies along the axis asked for', () => {
    assert.is(drawing('line', ['winrate'], 'train.beta'), undefined)
  })

  it('do not change what they are given', () => {
    const before = JSON.stringify(points)
    const found = drawing('bars', ['winrate'], 'shape.alpha')!
    const data = JSON.stringify(found.data)
    rows.bars.spec(found.data)
    rows.line.spec(found.data)
    assert.is(JSON.stringify(found.data), data)
    assert.is(JSON.stringify(points), before)
  })
})

describe('the palette', (it) => {
  for (const colour of palette) {
    it(`${colour} has a contrast of at least 3 on white and on the dark page`, () => {
      assert.ok(contrast(colour, '#ffffff') >= 3, String(contrast(colour, '#ffffff')))
      assert.ok(contrast(colour, '#15181c') >= 3, String(contrast(colour, '#15181c')))
    })
  }
})

describe('pictures', (it) => {
  it('of the made-up experiment are the reviewed ones, on every runtime', async () => {
    golden('report/bars.svg', `${await svg(drawn.at(-1)!.spec)}\n`)
  })

  it('are the same bytes every time, though others are drawn in between', async () => {
    const [first] = await Promise.all([svg(drawn[3]!.spec), svg(drawn[4]!.spec)])
    assert.is(await svg(drawn[3]!.spec), first)
  })

  it('hold no broken number', async () => {
    for (const { spec, name } of drawn) assert.not.match(await inlineSvg(spec, name), /NaN|Infinity|undefined/)
  })

  it('carry ids of their own name, however many were drawn before', async () => {
    const clipped = {
      data: { values: [{ a: 1, b: 2 }, { a: 2, b: 3 }] }, mark: { type: 'line', clip: true },
      encoding: { x: { field: 'a', type: 'quantitative' }, y: { field: 'b', type: 'quantitative' } },
    }
    for (let time = 0; time < 2; time++) {
      const text = await inlineSvg(clipped, 'mine')
      assert.equal([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id), ['mine-1'])
      assert.match(text, 'url(#mine-1)')
    }
  })

  it('take the ink and the ground of the page', async () => {
    const text = await inlineSvg(drawn.at(-1)!.spec, 'bars')
    assert.match(text, 'currentColor')
    assert.not.match(text, /#1f2328|fill="white"|fill="#ffffff"/)
  })
})

describe('wrapping', (it) => {
  it('fills lines up to the width and loses no word', () => {
    assert.equal(wrap('one two three four', 9), ['one two', 'three', 'four'])
    assert.equal(wrap('unbreakable', 4), ['unbreakable'])
    assert.equal(wrap('αβγ δε', 6), ['αβγ δε'])
  })
})
