import * as assert from 'uvu/assert'
import type { Key, Plan } from '../../src/plan/node.ts'
import type { Event } from '../../src/run/event.ts'
import { openPrinter, type Printer, type PrinterOptions } from '../../src/run/progress.ts'
import { bar, duration, numberText, truncate } from '../../src/run/terminal.ts'
import { describe } from '../describe.ts'
import { golden } from '../golden.ts'
import { toyPlanner } from '../plan/toy.ts'

const { short, plan: made } = toyPlanner()
const world = short('draw', 'village')
const sft = short('train', 'sft', [world])
const dice = short('train', 'dice · γ 0.5 · round 1 · train', [sft])
const other = short('train', 'knobs · γ 0 · round 1 · train', [sft])
const quality = short('join', 'quality', [dice, other])
const plan: Plan = made([])

type Moment = [at: number, happening: Event | 'tick' | { readonly note: string }]
const progress = (key: Key, done: number, loss: number) => ({ kind: 'progress', key, progress: { done, total: 600, unit: 'steps', metrics: { loss } } }) as const

const story: Moment[] = [
  [0, { kind: 'cached', key: world, digest: 'd' }],
  [20, { kind: 'started', key: sft, at: 0 }],
  [90, progress(sft, 0, 4.21357)],
  [250, progress(sft, 12, 3.9)],
  [300, progress(sft, 13, 3.8)],
  [12_000, progress(sft, 599, 1.5)],
  [13_000, progress(sft, 600, 1.4999)],
  [13_200, { kind: 'finished', key: sft, digest: 'd', seconds: 13.18 }],
  [13_200, { kind: 'started', key: dice, at: 0 }],
  [13_200, { kind: 'started', key: other, at: 0 }],
  [14_000, { note: 'warning: a stored result was damaged' }],
  [75_000, 'tick'],
  [75_000, progress(dice, 40, 0.00012345)],
  [80_000, { kind: 'failed', key: dice, message: 'the policy gave no answer that ends', remedy: 'raise max_tokens', stack: '' }],
  [80_000, { kind: 'skipped', key: quality, because: dice }],
  [80_100, { kind: 'failed', key: other, message: 'x is undefined', remedy: '', stack: 'TypeError: x is undefined\n    at train (train.ts:3:1)' }],
]

/** Each write on its own, with the time before it and escapes made visible. */
function tell(moments: readonly Moment[], options: Partial<PrinterOptions>): string {
  let time = 0
  const printer = openPrinter(plan, {
    live: false, color: false, columns: 60, now: () => time, reproduce: (node) => `dice run example.dice --only ${node.key.slice(0, 8)}`, ...options,
  })
  const output = moments.map(([at, happening]) => {
    time = at
    return written(at, say(printer, happening))
  })
  return [...output, written(time, printer.finish())].join('')
}

function say(printer: Printer, happening: Moment[1]): string {
  if (happening === 'tick') return printer.tick()
  return 'note' in happening ? printer.note(happening.note) : printer.accept(happening)
}

const written = (at: number, text: string) => (text === '' ? '' : `--- ${at} ms\n${text.replaceAll('\x1b', '␛')}`)

/** What a terminal shows in the end: knows the two escapes that the block uses. */
function screen(text: string): string {
  const lines = ['']
  for (const piece of text.replace(/^--- \d+ ms\n/gm, '').match(/␛\[1A|␛\[2K|\n|[^␛\n]+/g) ?? []) {
    if (piece === '␛[1A') lines.pop()
    else if (piece === '␛[2K') lines[lines.length - 1] = ''
    else if (piece === '\n') lines.push('')
    else lines[lines.length - 1] += piece
  }
  return lines.join('\n')
}

describe('the printer', (it) => {
  it('writes plain lines where there is no terminal', () => golden('run/plain.txt', tell(story, {})))
  it('redraws a block on a terminal', () => golden('run/live.txt', tell(story, { live: true })))
  it('leaves on the terminal what it has said, without the block', () => golden('run/screen.txt', screen(tell(story, { live: true }))))
  it('colours', () => golden('run/color.txt', tell(story, { color: true })))
  it('has no escapes without colour and terminal', () => assert.not.match(tell(story, {}), '␛'))
  it('never writes a line of the block longer than the terminal', () => {
    for (const line of tell(story, { live: true, columns: 30 }).split('\n')) {
      if (/^(␛\[1A␛\[2K)*[█░]/.test(line)) assert.ok([...line.replace(/␛\[\w+/g, '')].length <= 30, line)
    }
  })

  it('sums up an interruption', () => {
    const text = tell([[0, { kind: 'started', key: sft, at: 0 }], [300, progress(sft, 12, 3.9)], [400, { kind: 'interrupted', key: sft }]], {})
    assert.match(text, /stopped {3}sft [0-9a-f]{8} at 12 of 600 steps · loss 3\.9\n/)
    assert.match(text, /0 ran, 1 stopped in 0\.4 s\n$/)
  })

  it('counts a stage that ran twice once', () => {
    const text = tell([[0, { kind: 'cached', key: world, digest: 'd' }], [1, { kind: 'started', key: world, at: 0 }], [2, { kind: 'finished', key: world, digest: 'd', seconds: 0.001 }]], {})
    assert.match(text, /\n1 ran in 0\.0 s\n$/)
  })

  it('measures by the stages that the caller expects', () => {
    assert.match(tell([[0, { kind: 'cached', key: sft, digest: 'd' }]], { live: true, total: 2 }), /██████░░░░░░ 1 of 2 stages/)
  })

  it('rejects an event from another plan', () => {
    assert.throws(() => tell([[0, { kind: 'started', key: 'f'.repeat(64) as Key, at: 0 }]], {}), /outside the plan/)
  })
})

describe('text for terminals', (it) => {
  const run = (actual: string, expected: string) => it(`writes ${expected}`, () => assert.is(actual, expected))
  run(duration(0), '0.0 s')
  run(duration(9.96), '10 s')
  run(duration(59.6), '1 min 00 s')
  run(duration(125), '2 min 05 s')
  run(duration(7_620), '2 h 07 min')
  run(duration(3_599.7), '1 h 00 min')
  run(numberText(1.23456), '1.235')
  run(numberText(600), '600')
  run(numberText(0), '0')
  run(numberText(-0.00012345), '-1.23e-4')
  run(numberText(Number.NaN), 'NaN')
  run(bar(599, 600, 4), '███░')
  run(bar(1, 1, 4), '████')
  run(bar(0, 0, 2), '██')
  run(bar(7, 3, 2), '██')
  run(truncate('γamma', 5), 'γamma')
  run(truncate('γammas', 5), 'γamm…')
})
