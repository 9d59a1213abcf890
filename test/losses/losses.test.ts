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

const fields = ['policyChosen', 'policyRejected', 'referenceChosen', 'referenceRejected', 'chosenLength', 'rejectedLength'] as const
const scale = 1.7

const settings: [LossName, Parameters][] = [
  ['dpo', { beta: 0.1, label_smoothing: 0 }],
  ['dpo', { beta: 1, label_smoothing: 0 }],
  ['dpo', { beta: 0.5, label_smoothing: 0.2 }],
  ['ipo', { tau: 0.1, per_token: false }],
  ['ipo', { tau: 0.5, per_token: true }],
  ['hinge', { beta: 0.1 }],
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
  })).map((pair) => Object.fromEntries(fields.map((field) => [field, Math.fround(pair[field])])) as unknown as PairNumbers)
}

function tensors(pairs: readonly PairNumbers[]): PairTensors {
  return Object.fromEntries(fields.map((field) => [field, tf.tensor1d(pairs.map((pair) => pair[field]))])) as unknown as PairTensors
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
  const same = { policyChosen: -10, policyRejected: -10, referenceChosen: -10, referenceRejected: -10, chosenLength: 4, rejectedLength: 4 }
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
      for (const [row, pair] of pairs.entries()) close(values[row]!, referenceLosses[name](pair, parameters), 1e-6, `pair ${row}`)
    })

    it(`${title}: the gradient is the central difference of the reference to 1e-5`, async () => {
      await tf.setBackend('cpu')
      const pairs = randomPairs('a', 60)
      for (const field of ['policyChosen', 'policyRejected'] as const) {
        const actual = gradient(losses[name].loss(parameters), pairs, field)
        for (const [row, pair] of pairs.entries()) {
          const at = (step: number): number => referenceLosses[name]({ ...pair, [field]: pair[field] + step }, parameters)
          close(actual[row]!, (scale * (at(1e-4) - at(-1e-4))) / 2e-4, 1e-5, `${field} of pair ${row}`)
        }
      }
    })
  }
})

describe('dpo', (it) => {
  const one = (pair: Partial<PairNumbers>, parameters: Parameters): number => valueOf(dpo, pair, parameters)

  it('is ln 2 where policy and reference agree, at any β and any smoothing', () => {
    for (const beta of [0.01, 0.1, 5]) close(one({}, { beta, label_smoothing: 0 }), Math.LN2, 1e-7, `β ${beta}`)
    close(one({}, { beta: 0.1, label_smoothing: 0.3 }), Math.LN2, 1e-7, 'smoothed')
  })

  it('tends to ln 2 as β tends to 0, with slope −margin / 2', () => {
    const beta = 1e-3
    close(one({ policyChosen: -5 }, { beta, label_smoothing: 0 }), Math.LN2 - (beta * 5) / 2 + (beta * 5) ** 2 / 8, 1e-7, 'β 1e-3')
  })

  it('is 0 for a pair it is sure of, and linear in the margin of a pair it is wrong about, without overflow', () => {
    close(one({ policyChosen: 2000 }, { beta: 1, label_smoothing: 0 }), 0, 1e-7, 'right')
    close(one({ policyChosen: -2010 }, { beta: 1, label_smoothing: 0 }), 2000, 1e-6, 'wrong')
  })

  it('smoothed, is least where σ(z) = 1 − ε', () => {
    const at = (z: number): number => one({ policyChosen: -10 + z }, { beta: 1, label_smoothing: 0.2 })
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
    close(valueOf(hinge, {}, { beta: 0.5 }), 1, 1e-7, 'agreement')
    close(valueOf(hinge, { policyChosen: -9 }, { beta: 0.5 }), 0.5, 1e-7, 'half way')
    close(valueOf(hinge, { policyChosen: -7 }, { beta: 0.5 }), 0, 1e-7, 'beyond')
  })
})
