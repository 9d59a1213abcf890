// What the full regression needs beside the comparisons: how hard each instruction is, and rows of models that game length.
import { areNumbers, isFields } from './json.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

export interface GlmInputs {
  /** By prompt, in the order of the annotations. */
  readonly difficulties: Float64Array
  readonly gamed: {
    readonly lengths: Float64Array
    readonly difficulties: Float64Array
    /** Soft wins in [0, 1]. */
    readonly labels: Float64Array
  }
}

/** { instruction_difficulty: […], gamed: { tanh_length: […], instruction_difficulty: […], label: […] } } */
export function readGlmInputs(value: unknown): GlmInputs | Refusal {
  const remedy = 'give `instruction_difficulty`, one number for each prompt, '
    + 'and `gamed` with equally long lists `tanh_length`, `instruction_difficulty` and `label` (from 0 to 1)'
  const wrong = (message: string): Refusal => refuse(message, remedy)
  if (!isFields(value)) return wrong('the file holds no object')
  const { gamed, instruction_difficulty: own } = value
  if (!areNumbers(own)) return wrong('`instruction_difficulty` is no list of numbers')
  if (!isFields(gamed)) return wrong('`gamed` is missing')
  const { tanh_length: lengths, instruction_difficulty: difficulties, label: labels } = gamed
  if (!areNumbers(lengths) || !areNumbers(difficulties) || !areNumbers(labels)) {
    return wrong('the lists of `gamed` are not all numbers')
  }
  if (new Set([lengths.length, difficulties.length, labels.length]).size > 1) return wrong('the lists of `gamed` differ in length')
  if (labels.some((label) => label < 0 || label > 1)) return wrong('a `label` of `gamed` is not between 0 and 1')
  return {
    difficulties: Float64Array.from(own),
    gamed: {
      lengths: Float64Array.from(lengths), difficulties: Float64Array.from(difficulties), labels: Float64Array.from(labels),
    },
  }
}
