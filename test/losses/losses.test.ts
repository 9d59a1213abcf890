import * as tf from '@tensorflow/tfjs'
import * as assert from 'uvu/assert'
import { dpo } from '../../src/losses/dpo.ts'
import { hinge } from '../../src/losses/hinge.ts'
import { losses } from '../../src/losses/index.ts'
import type { LossName } from '../../src/losses/index.ts'
import { ipo } from '../../src/losses/ipo.ts'
import type { Loss } from '../../src/losses/loss.ts'
import type { PairTensors, PreferenceLoss } from '../../src/model/objective.ts'
import type { Parameters } from '../../src/plan/parameters.ts'
import { normal, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { referenceLosses } from '../reference/losses.ts'
import type { PairNumbers } from '../reference/losses.ts'

const fields = [
  'policyChosen', 'policyRejected', 'referenceChosen', 'referenceRejected', 'chosenLength', 'rejectedLength',
  'policyMismatched', 'referenceMismatched',
] as const
const scale = 1.7

const settings: [LossName, Parameters][] = [
  ['dpo', { beta: 0.1, label_smoothing: 0, nll: 0 }],
  ['dpo', { beta: 1, label_smoothing: 0, nll: 0.3 }],
  ['dpo', { beta: 0.5, label_smoothing: 0.2, nll: 0 }],
  ['robust_dpo', { beta: 0.1, flipped: 0.2, nll: 0 }],
  ['robust_dpo', { beta: 0.5, flipped: 0.1, nll: 1 }],
  ['ipo', { tau: 0.1, per_token: false }],
  ['ipo', { tau: 0.5, per_token: true }],
  ['hinge', { beta: 0.1, nll: 0 }],
  ['hinge', { beta: 0.03, nll: 0.5 }],
  ['kto', { beta: 0.1, desirable: 1, undesirable: 1 }],
  ['kto', { beta: 0.5, desirable: 1.5, undesirable: 0.5 }],
  ['r_dpo', { beta: 0.1, alpha: 0.05, nll: 0 }],
  ['r_dpo', { beta: 0.5, alpha: 0.2, nll: 0.2 }],
  ['ln_dpo', { beta: 5, nll: 0 }],
  ['ln_dpo', { beta: 0.5, nll: 1 }],
  ['simpo', { beta: 2, margin: 1, nll: 0 }],
  ['simpo', { beta: 10, margin: 0, nll: 0.1 }],
  ['sppo', { eta: 10 }],
  ['spin', { lambda: 0.1 }],
]

/** Values that float32 holds exactly, so that only the arithmetic is compared. */
function randomPairs(seed: string, count: number): PairNumbers[] {
  const random = stream(seed)
  const draw = (row: number, column: number, spread: number): number => Math.fround(spread * normal(random.child(row), column))
  return Array.from({ length: count }, (_, row) => ({
    policyChosen: draw(row, 0, 8) - 40,
    policyRejected: draw(row, 1, 8) - 40,
    referenceChosen: draw(row, 2, 8) - 40,
    referenceRejected: draw(row, 3, 8) - 40,
    chosenLength: 5 + row,
    rejectedLength: 9,
    policyMismatched: draw(row, 4, 8) - 58,
    referenceMismatched: draw(row, 5, 8) - 60,
  })).map((pair) => Object.fromEntries(fields.map((field) => [field, Math.fround(pair[field])])) as unknown as PairNumbers)
}

function tensors(pairs: readonly PairNumbers[]): PairTensors {
  const column = (field: typeof fields[number]): tf.Tensor1D => tf.tensor1d(pairs.map((pair) => pair[field]))
  const { policyMismatched: policy, referenceMismatched: reference, ...answers } =
    Object.fromEntries(fields.map((field) => [field, column(field)])) as Record<typeof fields[number], tf.Tensor1D>
  return { ...answers, mismatched: { policy, reference } }
}

/** d Σ loss / d field, through an intermediate tensor: scale · x, with the same scale on both policy fields. */
function gradient(loss: PreferenceLoss, pairs: readonly PairNumbers[], field: 'policyChosen' | 'policyRejected'): Float32Array {
  return tf.tidy(() => {
    const given = tensors(pairs)
    const run = (x: tf.Tensor): tf.Scalar => tf.sum(loss(tf, { ...given, [field]: tf.mul(x, scale) }))
    return tf.grad(run)(tf.div(given[field], scale)).dataSync() as Float32Array
  })
}

/** The loss of one pair, on which policy and reference agree where `pair` says nothing else. */
function valueOf(loss: Loss, pair: Partial<PairNumbers>, parameters: Parameters): number {
  const same = {
    policyChosen: -10, policyRejected: -10, referenceChosen: -10, referenceRejected: -10, chosenLength: 4, rejectedLength: 4,
    policyMismatched: -20, referenceMismatched: -20,
  }
  return tf.tidy(() => loss.loss(parameters)(tf, tensors([{ ...same, ...pair }])).dataSync()[0]!)
}

function close(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`)
}

describe('losses', (it) => {
  it('every row of the table is checked below', () => {
    assert.equal([...new Set(settings.map(([name]) => name))].sort(), Object.keys(losses).sort())
  })

  for (const [name, parameters] of settings) {
    const title = `${name} ${JSON.stringify(parameters)}, pairs of seed a`
    it(`${title}: the value is the double-precision reference to 1e-6`, async () => {
      await tf.setBackend('cpu')
      const pairs = randomPairs('a', 60)
      const before = tf.memory().numTensors
      const values = tf.tidy(() => losses[name].loss(parameters)(tf, tensors(pairs)).dataSync())
      assert.is(tf.memory().numTensors, before)
      assert.is(values.length, pairs.length)
      for (const [row, pair] of pairs.entries()) close(values[row]!, referenceLosses[name](pair, parameters, pairs), 1e-6, `pair ${row}`)
    })

    it(`${title}: the gradient is the central difference of the reference to 1e-5`, async () => {
      await tf.setBackend('cpu')
      const pairs = randomPairs('a', 60)
      for (const field of ['policyChosen', 'policyRejected'] as const) {
        const actual = gradient(losses[name].loss(parameters), pairs, field)
        for (const [row, pair] of pairs.entries()) {
          const at = (step: number): number => referenceLosses[name]({ ...pair, [field]: pair[field] + step }, parameters, pairs)
          close(actual[row]!, (scale * (at(1e-4) - at(-1e-4))) / 2e-4, 1e-5, `${field} of pair ${row}`)
        }
      }
    })
  }
})

describe('dpo', (it) => {
  const one = (pair: Partial<PairNumbers>, parameters: Parameters): number => valueOf(dpo, pair, parameters)

  it('is ln 2 where policy and reference agree, at any β and any smoothing', () => {
    for (const beta of [0.01, 0.1, 5]) close(one({}, { beta, label_smoothing: 0, nll: 0 }), Math.LN2, 1e-7, `β ${beta}`)
    close(one({}, { beta: 0.1, label_smoothing: 0.3, nll: 0 }), Math.LN2, 1e-7, 'smoothed')
  })

  it('tends to ln 2 as β tends to 0, with slope −margin / 2', () => {
    const beta = 1e-3
    close(one({ policyChosen: -5 }, { beta, label_smoothing: 0, nll: 0 }), Math.LN2 - (beta * 5) / 2 + (beta * 5) ** 2 / 8, 1e-7, 'β 1e-3')
  })

  it('is 0 for a pair it is sure of, and linear in the margin of a pair it is wrong about, without overflow', () => {
    close(one({ policyChosen: 2000 }, { beta: 1, label_smoothing: 0, nll: 0 }), 0, 1e-7, 'right')
    close(one({ policyChosen: -2010 }, { beta: 1, label_smoothing: 0, nll: 0 }), 2000, 1e-6, 'wrong')
  })

  it('smoothed, is least where σ(z) = 1 − ε', () => {
    const at = (z: number): number => one({ policyChosen: -10 + z }, { beta: 1, label_smoothing: 0.2, nll: 0 })
    const least = Math.log(0.8 / 0.2)
    assert.ok(at(least) < at(least - 0.1) && at(least) < at(least + 0.1))
    close(at(least), -(0.8 * Math.log(0.8) + 0.2 * Math.log(0.2)), 1e-6, 'the entropy of the labels')
  })

  it('refuses parameters that the language would not have let through', () => {
    try {
      dpo.loss({ beta: 'big', label_smoothing: 0 })
      assert.unreachable()
    } catch (error) {
      assert.match(String(error), /beta/)
    }
  })
})

describe('ipo', (it) => {
  it('is 0 where the log-ratio difference is 1 / (2τ), and grows with the square of the distance', () => {
    for (const tau of [0.1, 0.5, 2]) {
      const parameters = { tau, per_token: false }
      close(valueOf(ipo, { policyChosen: -10 + 1 / (2 * tau) }, parameters), 0, 1e-6, `τ ${tau}`)
      close(valueOf(ipo, { policyChosen: -10 + 1 / (2 * tau) + 3 }, parameters), 9, 1e-6, `τ ${tau}, 3 away`)
    }
  })

  it('per token, divides each log-ratio by the length of its own answer', () => {
    const pair = { policyChosen: -6, policyRejected: -14, chosenLength: 2, rejectedLength: 8 }
    // 4/2 − (−4)/8 = 2.5; 1/(2τ) = 1
    close(valueOf(ipo, pair, { tau: 0.5, per_token: true }), 1.5 ** 2, 1e-6, 'per token')
  })
})

describe('hinge', (it) => {
  it('is 1 where policy and reference agree, and 0 beyond a margin of 1 / β', () => {
    close(valueOf(hinge, {}, { beta: 0.5, nll: 0 }), 1, 1e-7, 'agreement')
    close(valueOf(hinge, { policyChosen: -9 }, { beta: 0.5, nll: 0 }), 0.5, 1e-7, 'half way')
    close(valueOf(hinge, { policyChosen: -7 }, { beta: 0.5, nll: 0 }), 0, 1e-7, 'beyond')
  })
})

describe('the likelihood term', (it) => {
  const pair = { policyChosen: -6, chosenLength: 4 }

  it("adds −log π per token of the chosen answer, and nothing where its weight is 0", () => {
    const plain = valueOf(dpo, pair, { beta: 0.1, label_smoothing: 0, nll: 0 })
    close(valueOf(dpo, pair, { beta: 0.1, label_smoothing: 0, nll: 0.5 }), plain + 0.5 * (6 / 4), 1e-6, 'half the term')
  })

  it('is an entry of every loss that is usually given one', () => {
    const rows: [string, Loss][] = Object.entries(losses)
    assert.equal(rows.filter(([, { entries = {} }]) => 'nll' in entries).map(([name]) => name), ['dpo', 'robust_dpo', 'hinge', 'r_dpo', 'ln_dpo', 'simpo'])
  })
})

describe('relatives of DPO', (it) => {
  const dpoAt = (pair: Partial<PairNumbers>, beta: number, smoothing = 0): number =>
    valueOf(dpo, pair, { beta, label_smoothing: smoothing, nll: 0 })
  const apart = { policyChosen: -7, policyRejected: -12, chosenLength: 8, rejectedLength: 3 }

  const logistic: [LossName, Parameters][] = [
    ['robust_dpo', { beta: 0.3, flipped: 0.2, nll: 0 }],
    ['r_dpo', { beta: 0.3, alpha: 0.1, nll: 0 }],
    ['ln_dpo', { beta: 5, nll: 0 }],
    ['spin', { lambda: 0.3 }],
    ['simpo', { beta: 2, margin: 0, nll: 0 }],
  ]
  for (const [name, parameters] of logistic) {
    it(`${name} is ln 2 where policy and reference agree on answers of one length`, () => {
      close(valueOf(losses[name], {}, parameters), Math.LN2, 1e-7, name)
    })

    const scaled = 'lambda' in parameters ? 'lambda' : 'beta'
    it(`${name} tends to ln 2 as its scale tends to 0`, () => {
      const flat = { ...parameters, [scaled]: 1e-6, ...('alpha' in parameters ? { alpha: 0 } : {}) }
      close(valueOf(losses[name], apart, flat), Math.LN2, 1e-5, name)
    })
  }

  it('robust_dpo is DPO where no label is flipped, and averages to DPO over labels flipped at its rate', () => {
    close(valueOf(losses.robust_dpo, apart, { beta: 0.3, flipped: 0, nll: 0 }), dpoAt(apart, 0.3), 1e-6, 'none flipped')
    const swapped = { policyChosen: -12, policyRejected: -7 }
    const robust = { beta: 0.3, flipped: 0.2, nll: 0 }
    const expected = 0.8 * valueOf(losses.robust_dpo, apart, robust) + 0.2 * valueOf(losses.robust_dpo, swapped, robust)
    close(expected, dpoAt(apart, 0.3), 1e-6, 'on average')
  })

  it('r_dpo is DPO without a price, and pushes a longer chosen answer less', () => {
    const at = (alpha: number): number => valueOf(losses.r_dpo, apart, { beta: 0.3, alpha, nll: 0 })
    close(at(0), dpoAt(apart, 0.3), 1e-6, 'free')
    // 0.3 · 5 + 0.2 · 5 = 2.5
    close(at(0.2), Math.log1p(Math.exp(-2.5)), 1e-6, 'priced')
  })

  it('ln_dpo is DPO at β / n on answers of n tokens each', () => {
    const pair = { ...apart, chosenLength: 4, rejectedLength: 4 }
    close(valueOf(losses.ln_dpo, pair, { beta: 5, nll: 0 }), dpoAt(pair, 5 / 4), 1e-6, 'n = 4')
  })

  it('simpo knows no reference, and is ln 2 exactly at its target margin', () => {
    const pair = { policyChosen: -8, policyRejected: -6, chosenLength: 8, rejectedLength: 3 }
    const at = (more: Partial<PairNumbers>, target: number): number =>
      valueOf(losses.simpo, { ...pair, ...more }, { beta: 2, margin: target, nll: 0 })
    assert.is(at({ referenceChosen: -1 }, 1), at({ referenceChosen: -50 }, 1))
    // −8/8 − (−6/3) = 1, times 2
    close(at({}, 2), Math.LN2, 1e-6, 'at the target')
  })

  it('spin is DPO under another name for its scale', () => {
    close(valueOf(losses.spin, apart, { lambda: 0.3 }), dpoAt(apart, 0.3), 1e-6, 'λ = β')
  })
})

describe('kto', (it) => {
  const parameters = { beta: 0.5, desirable: 1, undesirable: 1 }
  const one = (pair: Partial<PairNumbers>, more: Parameters = {}): number => valueOf(losses.kto, pair, { ...parameters, ...more })

  it('is half of both weights, averaged, where policy and reference agree, and as β tends to 0', () => {
    close(one({}), 0.5, 1e-7, 'agreement')
    close(one({}, { desirable: 3 }), (3 * 0.5 + 0.5) / 2, 1e-7, 'weighted')
    close(one({ policyChosen: -2, policyRejected: -30 }, { beta: 1e-7 }), 0.5, 1e-5, 'β 1e-7')
  })

  it('saturates: it ends at 0 for a pair it is sure of and at the mean weight for one it is wrong about', () => {
    close(one({ policyChosen: 200, policyRejected: -220 }), 0, 1e-7, 'right')
    close(one({ policyChosen: -220, policyRejected: 200 }), 1, 1e-7, 'wrong')
  })

  it('measures gains from where mismatched answers have moved to, never from below the reference', () => {
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
    const gained = { policyChosen: -6 }
    close(one({ ...gained, policyMismatched: -17 }), (sigmoid(-0.5 * (4 - 3)) + sigmoid(0.5 * (0 - 3))) / 2, 1e-6, 'moved by 3')
    assert.is(one({ ...gained, policyMismatched: -90 }), one(gained))
  })

  it('sends no gradient through the mismatched answers', () => {
    tf.tidy(() => {
      const [pair] = randomPairs('a', 1)
      const given = tensors([{ ...pair!, policyMismatched: -50, referenceMismatched: -60 }])
      const run = (policy: tf.Tensor): tf.Scalar =>
        tf.sum(losses.kto.loss(parameters)(tf, { ...given, mismatched: { policy: tf.mul(policy, 2), reference: given.mismatched!.reference } }))
      assert.equal([...tf.grad(run)(tf.div(given.mismatched!.policy, 2)).dataSync()], [0])
    })
  })

  it('says whose mistake it is when the mismatched answers are missing', () => {
    const { mismatched: _, ...bare } = tensors(randomPairs('a', 2))
    assert.throws(() => losses.kto.loss(parameters)(tf, bare), /bug: KTO/)
  })
})

describe('sppo', (it) => {
  it('is 0 where each log-ratio is at its target, and (η/2)² where policy and reference agree', () => {
    close(valueOf(losses.sppo, { policyChosen: -10 + 3, policyRejected: -10 - 3 }, { eta: 6 }), 0, 1e-6, 'at the targets')
    close(valueOf(losses.sppo, {}, { eta: 6 }), 9, 1e-6, 'agreement')
  })

  it('unlike DPO, tells apart two pairs of one margin', () => {
    const high = valueOf(losses.sppo, { policyChosen: -4, policyRejected: -10 }, { eta: 6 })
    assert.is(high, 0.5 * (3 ** 2 + 3 ** 2))
  })
})
