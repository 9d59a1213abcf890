// A fresh low-rank adapter for a model: the base stays where it is stored and is never trained.
import { initialAdapter } from '../model/adapter.ts'
import type { LoraSettings } from '../model/adapter.ts'
import { readHuggingFaceConfig } from '../model/huggingface-config.ts'
import { adapterToPeft } from '../model/peft.ts'
import type { Stage } from '../run/stage.ts'

export const adapt: Stage<LoraSettings> = {
  doc: 'Draws a low-rank adapter for a model.',
  version: 1,
  numeric: false,
  seeded: true,
  async run({ params, input, random }) {
    const base = input('base')
    return adapterToPeft(initialAdapter(readHuggingFaceConfig(base.json('config.json')), params, random), base.key)
  },
}
