// The work of the benchmark on one of our engines, through the same functions that stages call.
import { generate } from '../../src/model/generate.ts'
import { initialize } from '../../src/model/initialize.ts'
import { responseLogprobs } from '../../src/model/logprobs.ts'
import type { LanguageModel } from '../../src/model/model.ts'
import type { PreferenceLoss, TrainOptions } from '../../src/model/objective.ts'
import { trainPreferences, trainTokens } from '../../src/model/train.ts'
import { type Stream, stream } from '../../src/random.ts'
import type { Progress } from '../../src/run/stage.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { logSigmoid } from '../../src/tensor/ops.ts'
import type { Shape, Size, Task } from './sizes.ts'

/** Seconds of the clock and of the processor. */
export type Timing = readonly [wall: number, cpu: number]

/** Measures `repeat` repetitions; the first call also compiles, so its first repetitions are to be thrown away. */
export type Work = (repeat: number) => Promise<Timing[]>

const dpo: PreferenceLoss = (tf, { policyChosen, policyRejected, referenceChosen, referenceRejected }) =>
  tf.neg(logSigmoid(tf, tf.mul(0.1, tf.sub(tf.sub(policyChosen, referenceChosen), tf.sub(policyRejected, referenceRejected)))))

const random = stream('benchmark')

export function work(engine: Engine, { config, shapes }: Size, task: Task): Work {
  const model: LanguageModel = {
    config, special: { begin: 1, ends: [], pad: 0 }, weights: initialize(config, random), template: '{prompt}',
    tokenizer: { vocabulary: config.vocabulary, definition: { json: {}, config: {} }, encode: () => [], decode: () => '', id: () => undefined },
  }
  const shape = shapes[task]
  const ids = (length: number, from: Stream): number[] =>
    Array.from({ length }, (_, index) => 3 + Math.floor(from.at(index) * (config.vocabulary - 3)))
  const rows = Array.from({ length: shape.rows }, (_, row) => random.child(row))
  const prompts = rows.map((row) => ids(shape.prompt ?? 0, row.child('prompt')))
  const response = (row: Stream, name: string): number[] => ids(shape.response ?? 0, row.child(name))
  switch (task) {
    case 'train':
      return steps((options, report) => trainTokens(
        engine, model, rows.map((row) => ({ ids: ids(shape.length! + 1, row), from: 1 })), options, random, report,
      ), shape)
    case 'dpo': {
      const pairs = rows.map((row, index) => ({
        prompt: prompts[index]!, chosen: response(row, 'chosen'), rejected: response(row, 'rejected'), reference: { chosen: -1, rejected: -1 },
      }))
      return steps((options, report) => trainPreferences(engine, model, pairs, dpo, options, random, report), shape)
    }
    case 'sample':
      return repeated(() => generate(
        engine, model, prompts.map((prompt, row) => ({ prompt, count: 1, random: rows[row]! })),
        { maxTokens: shape.response!, temperature: 1, topP: 1 },
      ))
    default: {
      const promptOf = (index: number): number[] => prompts[task === 'shared' ? index - index % 8 : index]!
      const items = rows.map((row, index) => ({ prompt: promptOf(index), response: response(row, 'response') }))
      return repeated(() => responseLogprobs(engine, model, items))
    }
  }
}

function repeated(run: () => Promise<unknown>): Work {
  return async (repeat) => {
    const timings: Timing[] = []
    for (let index = 0; index < repeat; index++) {
      const clock = stopwatch()
      await run()
      timings.push(clock())
    }
    return timings
  }
}

/** One training for all repetitions: what is timed is from the end of one step to the end of the next. */
function steps(train: (options: TrainOptions, report: (progress: Progress) => void) => Promise<unknown>, { rows }: Shape): Work {
  return async (repeat) => {
    const timings: Timing[] = []
    let clock: (() => Timing) | undefined
    const options: TrainOptions = {
      steps: repeat + 1, batch: rows, rate: 1e-4, schedule: 'constant', warmup: 0, weightDecay: 0, clip: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
    }
    await train(options, () => {
      if (clock !== undefined) timings.push(clock())
      clock = stopwatch()
    })
    return timings
  }
}

function stopwatch(): () => Timing {
  const wall = performance.now()
  const cpu = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return [(performance.now() - wall) / 1e3, (user + system) / 1e6]
  }
}
