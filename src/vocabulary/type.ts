// What a name can stand for. Types are compared by name; the one widening is that a loop
// may be used where a model is wanted: it stands for the model of its last round.

export const types = {
  data: 'a data set with parts',
  corpus: 'plain text to pretrain on',
  prompts: 'requests without answers',
  demonstrations: 'requests with a good answer',
  pairs: 'requests with a chosen and a rejected answer',
  judge: 'something that scores an answer to a request',
  model: 'a language model: weights, configuration and tokenizer',
  loop: 'the models of every round of an iteration',
  sweep: 'the variants of an iteration',
  evaluation: 'measures of models on prompts',
  measure: 'one number for each model evaluated',
} as const

export type Type = keyof typeof types

export function assignable(from: Type, to: Type): boolean {
  return from === to || (from === 'loop' && to === 'model')
}
