// A language model in memory: what loaders give and what training, scoring and sampling take.
import type { Adapter } from './adapter.ts'
import type { ModelConfig, Special, Weights } from './config.ts'
import type { Tokenizer } from './tokenizer.ts'

export interface LanguageModel {
  readonly config: ModelConfig
  readonly special: Special
  readonly weights: Weights
  /** Trained in place of the weights, which are then frozen; samplers and scorers take the two merged. */
  readonly adapter?: Adapter
  readonly tokenizer: Tokenizer
  /** `{prompt}` stands for the request: `{prompt}\n`. What precedes a response, after the begin token. */
  readonly template: string
}
