// Fields that several kinds share, so that one entry has one meaning, one range and one sentence everywhere.
import type { Field } from '../vocabulary/field.ts'
import type { Type } from '../vocabulary/type.ts'

export const positive = (doc: string, value?: number, unit?: string): Field => ({
  doc,
  type: { kind: 'integer', min: 1 },
  ...(value === undefined ? {} : { default: value }),
  ...(unit === undefined ? {} : { unit }),
})

export const reference = (doc: string, ...to: Type[]): Field => ({ doc, type: { kind: 'reference', to } })

export const optional = (field: Field): Field => ({ ...field, optional: true })

/** How a model writes: used wherever answers are drawn. */
export function samplingFields(defaults: { responses: number; temperature: number }): Record<string, Field> {
  return {
    responses: positive('Answers drawn for each prompt (K in the paper).', defaults.responses),
    temperature: {
      doc: 'Divides the logits before drawing; 0 takes the likeliest token.',
      type: { kind: 'number', min: 0 },
      default: defaults.temperature,
    },
    top_p: {
      doc: 'Draws from the smallest set of tokens with at least this probability mass.',
      type: { kind: 'share', above: 0 },
      default: 1,
    },
    max_tokens: positive('Answers longer than this are cut off and marked as truncated.', 64, 'tokens'),
  }
}

/** Which answers may become a pair. */
export function pairingFields(): Record<string, Field> {
  return {
    min_responses: positive('Prompts with fewer usable answers are left out.', 2),
    keep_truncated: {
      doc: 'Whether answers cut off at `max_tokens` may be used.',
      type: { kind: 'boolean' },
      default: false,
    },
  }
}

export interface TrainingDefaults {
  readonly rate: number
  readonly batch: number
  readonly schedule: 'constant' | 'linear' | 'cosine'
  readonly warmup: number
  readonly weightDecay: number
}

/** The optimiser and its length: the same entries for every kind of training. */
export function trainingFields(defaults: TrainingDefaults): Record<string, Field> {
  return {
    steps: optional(positive('Optimiser steps; when unwritten, as many as `epochs` asks for.', undefined, 'steps')),
    epochs: optional({
      doc: 'Passes over the data, when `steps` is unwritten (one when neither is).',
      type: { kind: 'number', above: 0 },
    }),
    batch: positive('Sequences, or preference pairs, in each step.', defaults.batch),
    accumulate: positive('Equal parts of a batch, worked through one after the other to take less memory; their gradients are added up.', 1),
    checkpoint: {
      doc: 'Whether each block is computed again in the backward pass: about a third more time, and the activations of one block to keep instead of all.',
      type: { kind: 'boolean' },
      default: false,
    },
    rate: { doc: 'Peak learning rate of AdamW.', type: { kind: 'number', above: 0 }, default: defaults.rate },
    schedule: {
      doc: 'How the learning rate moves after warm-up.',
      type: {
        kind: 'choice',
        of: {
          constant: 'stays at the peak',
          linear: 'falls to zero in a straight line',
          cosine: 'falls to a tenth of the peak along half a cosine',
        },
      },
      default: defaults.schedule,
    },
    warmup: {
      doc: 'Steps over which the learning rate rises from zero.',
      type: { kind: 'integer', min: 0 },
      unit: 'steps',
      default: defaults.warmup,
    },
    weight_decay: {
      doc: 'Decoupled weight decay, on matrices only.',
      type: { kind: 'number', min: 0 },
      default: defaults.weightDecay,
    },
    clip: { doc: 'Largest global norm of the gradient.', type: { kind: 'number', above: 0 }, default: 1 },
    beta1: { doc: "Decay of AdamW's first moment.", type: { kind: 'share', below: 1 }, default: 0.9 },
    beta2: { doc: "Decay of AdamW's second moment.", type: { kind: 'share', above: 0, below: 1 }, default: 0.999 },
    epsilon: { doc: "AdamW's guard against division by zero.", type: { kind: 'number', above: 0 }, default: 1e-8 },
  }
}

/** How a request becomes the text before a response. */
export function templateField(value: string): Field {
  return {
    doc: 'Text around a request; `{prompt}` stands for it. The begin token precedes it, the response follows.',
    type: { kind: 'text', pattern: /\{prompt\}/, expects: 'a text that holds `{prompt}`' },
    default: value,
  }
}
