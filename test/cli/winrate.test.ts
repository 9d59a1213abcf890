import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { sharedData } from '../root.ts'
import { dice, folder } from './dice.ts'

const two = {
  strong: { preference: [2, 1.5, 1.5, 1.75], length_difference: [-20, -20, 20, 20] },
  weak: { preference: [1, 1.5, 1.5, 1.25], length_difference: [-20, -20, 20, 20] },
}
const inputs = {
  instruction_difficulty: [0, 0.5, -0.5, 1],
  gamed: { tanh_length: [-0.5, 0.5], instruction_difficulty: [0, 1], label: [0.6, 0.3] },
}

describe('dice winrate', (it) => {
  it('prints a leaderboard, and says which form of length control it is', async () => {
    const { status, stdout, stderr } = await dice(['winrate', 'a.json'], { directory: folder({ 'a.json': JSON.stringify(two) }) })
    assert.is(status, 0, stderr)
    assert.match(stdout, /^model +LC win rate +SE +win rate +SE +n\nstrong .* 68\.75 .* 4\nweak .* 4\n$/)
    assert.match(stderr, /minimal form .* not comparable with published leaderboards/)
  })

  it('--json gives what the table says, in full', async () => {
    const directory = folder({ 'a.json': JSON.stringify(two) })
    const { status, stdout } = await dice(['winrate', 'a.json', '--json'], { directory })
    assert.is(status, 0)
    const board = JSON.parse(stdout) as Record<string, Record<string, number>>
    assert.equal(Object.keys(board), ['strong', 'weak'])
    assert.equal(Object.keys(board['weak']!), ['winrate', 'winrate_se', 'lc_winrate', 'lc_se', 'n'])
    assert.is(board['strong']!['winrate'], 68.75)
    assert.is(board['strong']!['n'], 4)
  })

  it('--glm-inputs asks for the full regression', async () => {
    const directory = folder({ 'a.json': JSON.stringify(two), 'g.json': JSON.stringify(inputs) })
    const { status, stderr } = await dice(['winrate', 'a.json', '--glm-inputs', 'g.json', '--json'], { directory })
    assert.is(status, 0, stderr)
    assert.match(stderr, /full regression with instruction difficulty and 2 gamed rows; coefficients fitted here\n/)
  })

  const refused: [string, Record<string, string>, string[], RegExp][] = [
    ['a file that is not there', {}, ['a.json'], /^dice winrate: cannot read `a\.json`: there is no such file/],
    ['a file that is not JSON', { 'a.json': '[{"preference": NaN}]' }, ['a.json'],
      /^dice winrate: a\.json: it is not JSON: .*\n {2}hint: .*null/],
    ['a dropped annotation', { 'a.json': '{"m": {"preference": [1, null], "length_difference": [1, 2]}}' }, ['a.json'],
      /a\.json: row 2 of m has no preference.*\n {2}hint: annotate it again/],
    ['inputs of other prompts', { 'a.json': JSON.stringify(two), 'g.json': JSON.stringify({ ...inputs, instruction_difficulty: [1] }) },
      ['a.json', '--glm-inputs', 'g.json'], /4 prompts, but instruction difficulties for 1\n {2}hint: /],
    ['inputs that are none', { 'a.json': JSON.stringify(two), 'g.json': '{}' }, ['a.json', '--glm-inputs', 'g.json'],
      /g\.json: `instruction_difficulty` is no list/],
  ]
  for (const [name, files, words, says] of refused) {
    it(`refuses ${name}: exit 2 and nothing on standard output`, async () => {
      const { status, stdout, stderr } = await dice(['winrate', ...words], { directory: folder(files) })
      assert.match(stderr, says)
      assert.equal([status, stdout], [2, ''])
    })
  }

  const annotations = sharedData('alpaca_eval/annotations.json'), glm = sharedData('alpaca_eval/glm_inputs.json')
  if (annotations === undefined || glm === undefined) {
    console.log('  the annotations of AlpacaEval 2 are not here: skipped')
    it.skip('needs the annotations', () => {})
    return
  }
  it('reproduces published numbers from the compact file', async () => {
    const { status, stdout, stderr } = await dice(['winrate', annotations, '--glm-inputs', glm, '--json'])
    assert.is(status, 0, stderr)
    assert.match(stderr, /1610 gamed rows; published coefficients for 25 of 25 models\n/)
    const board = JSON.parse(stdout) as Record<string, Record<string, number>>
    const file = JSON.parse(readFileSync(annotations, 'utf8')) as Record<string, { published: Record<string, number> }>
    for (const [model, { published }] of Object.entries(file)) {
      assert.ok(Math.abs(board[model]!['lc_winrate']! - published['length_controlled_winrate']!) < 1e-6, model)
      assert.ok(Math.abs(board[model]!['winrate_se']! - published['standard_error']!) < 1e-4, model)
    }
  })
})
