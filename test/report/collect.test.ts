import * as assert from 'uvu/assert'
import { collect } from '../../src/report/collect.ts'
import { csv } from '../../src/report/csv.ts'
import { highlight } from '../../src/report/highlight.ts'
import { json } from '../../src/report/json.ts'
import { causes } from '../../src/report/results.ts'
import type { Cell, Exhibit, Report, Table } from '../../src/report/report.ts'
import { text } from '../../src/report/text.ts'
import { describe } from '../describe.ts'
import { golden } from '../golden.ts'
import { results } from './fixture.ts'
import { vocabulary } from './vocabulary.ts'

const report = collect(results())
const broken = collect(results({ failed: (label, seed) => label === 'dice · dice · round 2 · pairs' && seed === 2 }))

const exhibits = (from: Report): Exhibit[] => from.sections.flatMap((section) => (section.kind === 'code' ? section.exhibits : []))
const tables = (from: Report): Table[] => exhibits(from).filter((exhibit) => exhibit.kind === 'table')
const cells = (from: Report): Cell[] =>
  [...tables(from), ...(from.answer === undefined ? [] : [from.answer.table])].flatMap(({ rows }) => rows.flat())

describe('collecting a report', (it) => {
  it('keeps the order of the file, and shows each result under the cell that makes it', () => {
    assert.equal(report.sections.map(({ kind, title }) => `${kind} ${title}`),
      ['code setup', 'prose ', 'code the loop', 'code the questions', 'code '])
    const titles = report.sections.map((section) => (section.kind === 'code' ? section.exhibits.map((exhibit) => exhibit.title) : []))
    assert.equal(titles, [
      ['Training of sft', 'Training of dpo0'],
      [],
      ['Training of dice', 'Length penalty of dice: gap between chosen and rejected answers',
        'What each round of dice was trained on', 'What dice sampled'],
      ['Training of knobs', 'What each round of knobs was trained on', 'Answers in quality'],
      ['Length-controlled win rate by round and replay.gamma',
        'Length-controlled win rate and answer length by shape.alpha and replay.gamma', 'quality: all measures'],
    ])
    assert.is(report.title, 'Replay and the length penalty, in miniature')
    assert.match(report.question, /^# Does replay still help/)
  })

  it('tells written settings from filled-in ones, with units', () => {
    const [section] = report.sections.filter(({ title }) => title === 'the loop')
    const settings = section?.kind === 'code' ? section.settings[0]?.settings ?? [] : []
    const find = (path: string) => settings.find((setting) => setting.path === path)
    assert.equal(find('replay.gamma'), {
      path: 'replay.gamma', value: '0.5', unit: 'share of offline pairs', written: true, doc: 'The share of offline pairs (γ).',
    })
    assert.is(find('shape.alpha')?.written, false)
    assert.is(find('shape.alpha')?.value, 'auto')
    assert.is(find('from')?.value, 'dpo0')
  })

  it('measures every model, round and variant once for each measure', () => {
    assert.is(report.points.length, (2 + 2 + 4 * 2) * 3)
    assert.ok(report.points.every(({ seeds, prompts }) => seeds.join() === '1,2' && prompts === 40))
    assert.ok(report.points.every(({ perSeed }) => perSeed.every(({ key }) => key.length === 64)))
  })

  it('takes the mean over seeds', () => {
    for (const { result, perSeed } of report.points) {
      if (result.kind !== 'measured') continue
      const mean = perSeed.reduce((sum, { value }) => sum + (value ?? NaN), 0) / perSeed.length
      assert.ok(Math.abs(result.estimate - mean) < 1e-7)
    }
  })

  it('marks nothing as best unless its paired difference from the baseline excludes zero', () => {
    const [table] = tables(report).filter(({ title }) => title === 'quality: all measures')
    const best = table?.rows.flat().filter((cell) => cell.kind === 'value' && cell.best) ?? []
    assert.ok(best.length > 0 && best.length <= 2, 'the fixture has winners, and length has none')
    const level = collect(results({ edit: (_, body) => body.replaceAll(/"win":(0|1|0\.5),/g, '"win":0.5,') }))
    assert.ok(cells(level).every((cell) => cell.kind !== 'value' || !cell.best))
    assert.match(level.answer?.table.notes.join(' ') ?? '', 'Nothing is marked')
    assert.ok(level.answer?.findings.every((finding) => finding.includes('cannot be told from dpo0')))
  })

  it('counts what each round was trained on', () => {
    const [table] = tables(report).filter(({ name }) => name === 'mixture-knobs')
    assert.is(table?.rows.length, 8)
    const texts = table?.rows.map((row) => row.map((cell) => (cell.kind === 'text' ? cell.text : '?')).join(' | '))
    assert.is(texts?.[0], '0 | 0 | 1 | 0 | 41.0 | 0.00 | 0.00 | 0 | 92 | 93–94')
    assert.is(texts?.[7], '0.5 | auto | 2 | 0.029–0.03 | 1.0 | 0.50 | 0.50 | 46 | 46 | 93–94')
  })

  it('changes nothing it is given and gives the same report again', () => {
    const given = results()
    const before = JSON.stringify([given.program, given.plan])
    assert.is(JSON.stringify(collect(given)), JSON.stringify(report))
    assert.is(JSON.stringify([given.program, given.plan]), before)
  })

  it('names no folder of the machine', () => {
    assert.not.match(JSON.stringify(report), 'somewhere')
    assert.is(report.provenance.source, 'replay.dice')
  })
})

describe('missing results', (it) => {
  const lost = broken.points.filter(({ model, round }) => model === 'dice' && round === 2)

  it('are named by the stage that failed, never shown as a number', () => {
    assert.is(lost.length, 3)
    for (const { result, difference } of lost) {
      assert.is(result.kind, 'missing')
      assert.is(difference, undefined)
      const because = result.kind === 'missing' ? result.because : ''
      assert.match(because, 'not available: stage dice · dice · round 2 · pairs (seed 2) failed')
    }
    const [, , row] = broken.answer?.table.rows ?? []
    assert.equal(row?.map(({ kind }) => kind), ['text', 'text', 'missing', 'missing', 'missing'])
  })

  it('do not touch other numbers', () => {
    const others = (from: Report) => from.points.filter(({ model, round }) => !(model === 'dice' && round === 2))
    assert.equal(others(broken), others(report))
  })

  it('are traced to the first stages without a result, not to those skipped after them', () => {
    const given = results({ failed: (label, seed) => label === 'dice · dice · round 1 · pairs' && seed === 1 })
    const target = given.plan.targets.find(({ holds, model, round, seed }) =>
      holds === 'evaluation' && model === 'dice' && round === 2 && seed === 1)
    assert.equal(causes(given, target!.key).map(({ label }) => label), ['dice · dice · round 1 · pairs'])
  })

  it('leave a report that says so where nothing ran at all', () => {
    const none = collect(results({ failed: () => true }))
    assert.ok(none.points.every(({ result }) => result.kind === 'missing'))
    assert.ok(exhibits(none).every((exhibit) => exhibit.kind !== 'chart'))
    assert.ok(cells(none).every(({ kind }) => kind !== 'value'))
    assert.match(text(none), 'not available')
  })
})

describe('files of results', (it) => {
  it('results.csv is the reviewed one', () => golden('report/results.csv', csv(report)))

  it('results.csv has as many fields on every line, and quotes what needs it', () => {
    const lines = csv(broken).trimEnd().split('\n')
    const count = (line: string) => line.replaceAll(/"(?:[^"]|"")*"/g, 'quoted').split(',').length
    assert.is(new Set(lines.map(count)).size, 1)
    assert.is(lines.length, 1 + broken.points.length)
    const odd = csv({ ...report, points: report.points.slice(0, 1).map((point) => ({ ...point, model: '=HYPERLINK("x"),y' })) })
    assert.match(odd, `"'=HYPERLINK(""x""),y"`)
  })

  it('results.json holds every number as measured, with keys', () => {
    const read = JSON.parse(json(report)) as { points: { estimate: number; perSeed: { key: string }[] }[]; stages: unknown[] }
    assert.is(read.points.length, report.points.length)
    const [first] = report.points
    assert.is(read.points[0]?.estimate, first?.result.kind === 'measured' ? first.result.estimate : NaN)
    assert.is(read.points[0]?.perSeed[1]?.key, first?.perSeed[1]?.key)
    assert.is(read.stages.length, report.provenance.stages.length)
  })

  it('a missing number is null in results.json and empty in results.csv', () => {
    interface Row { model: string; round: number; estimate: number | null; because?: string }
    const read = JSON.parse(json(broken)) as { points: Row[] }
    const row = read.points.find(({ model, round }) => model === 'dice' && round === 2)
    assert.is(row?.estimate, null)
    assert.match(row?.because ?? '', 'failed')
    assert.match(csv(broken), /quality,dice,2,,,lc_winrate,%,,,,0\.95,/)
  })
})

describe('the summary for a terminal', (it) => {
  it('is the reviewed one', () => {
    golden('report/summary.txt', text(report))
    golden('report/summary-missing.txt', text(broken))
  })

  it('fits 100 columns, however many measures there are', () => {
    const wide = { ...report, answer: report.answer && { ...report.answer, table: widened(report.answer.table) } }
    for (const shown of [report, broken, wide]) {
      for (const line of text(shown).split('\n')) assert.ok([...line].length <= 100, line)
    }
    assert.is(text(wide).split('\n').filter((line) => line.startsWith('dpo0')).length, 3, 'row names are repeated in each block')
  })
})

/** The same table with its measures three times over. */
function widened(table: Table): Table {
  const thrice = <T>(row: readonly T[]): T[] => [...row, ...row.slice(table.headers), ...row.slice(table.headers)]
  return { ...table, columns: thrice(table.columns), rows: table.rows.map(thrice) }
}

describe('highlighting', (it) => {
  const kinds = (source: string) =>
    highlight(source, vocabulary).filter(({ kind }) => kind !== 'plain').map(({ kind, text: part }) => `${kind} ${part}`)

  it('knows comments, texts, numbers and words of the language', () => {
    assert.equal(kinds('train dpo0 = dpo(sft) on x { beta: 0.1, note: "# no" }  # yes'),
      ['keyword train', 'keyword on', 'number 0.1', 'string "# no"', 'comment # yes'])
  })

  it('leaves names and entries that look like keywords alone', () => {
    assert.equal(kinds('  replay: 1\n x.train dpo0'), ['number 1'])
  })

  it('loses no character of any text', () => {
    for (const source of ['', '"open', '}{<&>', 'γ: 0.5e-3%', '# last', '\n\n']) {
      assert.is(highlight(source, vocabulary).map((token) => token.text).join(''), source)
    }
  })
})
