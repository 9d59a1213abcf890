// What all training stages share: how long, how fast, and what it will cost.
import type { Declaration } from '../language/program.ts'
import type { Cost, Json } from '../plan/node.ts'
import { number, optionalNumber, settings, value } from './context.ts'
import type { Context } from './context.ts'
import { trainingCost } from './cost.ts'
import { mistakes } from './mistakes.ts'
import type { ModelProduct } from './product.ts'

const optimiser = ['batch', 'accumulate', 'checkpoint', 'rate', 'schedule', 'warmup', 'weight_decay', 'clip', 'beta1', 'beta2', 'epsilon']

/** The optimiser's settings and its length as they enter a key: `steps`, or `epochs` (1 when neither is written). */
export function trainingParams(declaration: Declaration, context: Context): Record<string, Json> {
  const given = declaration.arguments
  const steps = optionalNumber(given, 'steps')
  const epochs = optionalNumber(given, 'epochs')
  if (steps !== undefined && epochs !== undefined) context.accept(mistakes.stepsAndEpochs(context, declaration))
  const batch = number(given, 'batch')
  const parts = optionalNumber(given, 'accumulate') ?? 1
  if (batch % parts !== 0) context.accept(mistakes.notDivided(context, declaration, 'accumulate', 'batch', batch, parts))
  const length: Record<string, Json> = steps !== undefined ? { steps } : { epochs: epochs ?? 1 }
  return { ...length, ...settings(given, optimiser) }
}

/** What training of about `rows` rows will cost, each of them `sequences` sequences. */
export function costOfTraining(declaration: Declaration, start: ModelProduct, rows: number, sequences: number): Cost {
  const given = declaration.arguments
  const batch = number(given, 'batch')
  const checkpoint = value(given, 'checkpoint')
  return trainingCost(start, expectedSteps(declaration, rows), sequences * batch, {
    batch, accumulate: optionalNumber(given, 'accumulate'), checkpoint: checkpoint?.kind === 'boolean' && checkpoint.value,
  })
}

/** Steps expected for a data set of about this many rows. */
function expectedSteps(declaration: Declaration, rows: number): number {
  const given = declaration.arguments
  if (value(given, 'steps') !== undefined) return number(given, 'steps')
  return Math.max(1, Math.ceil((rows * (optionalNumber(given, 'epochs') ?? 1)) / number(given, 'batch')))
}
