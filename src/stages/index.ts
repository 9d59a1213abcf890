// The table of stages: what a plan's nodes do. One file and one line here add another.
import type { AnyStage } from '../run/stage.ts'
import { adapt } from './adapt.ts'
import { evaluate } from './evaluate.ts'
import { generate } from './generate.ts'
import { importModel } from './import.ts'
import { initialize } from './initialize.ts'
import { logprob } from './logprob.ts'
import { mismatch } from './mismatch.ts'
import { pair } from './pair.ts'
import { prefer } from './prefer.ts'
import { pretrain } from './pretrain.ts'
import { rank } from './rank.ts'
import { read } from './read.ts'
import { replay } from './replay.ts'
import { sample } from './sample.ts'
import { score } from './score.ts'
import { supervised } from './supervised.ts'
import { tokenizer } from './tokenizer.ts'

export const stages: Readonly<Record<string, AnyStage>> = {
  generate, read, tokenizer, initialize, import: importModel, adapt, pretrain, supervised, prefer,
  sample, score, logprob, mismatch, pair, replay, rank, evaluate,
}
