// Models between stages: read from an input, written as files.
import { modelFromFiles } from '../model/huggingface.ts'
import type { LanguageModel } from '../model/model.ts'
import type { Artifact } from '../run/stage.ts'

export function modelOf(artifact: Artifact): LanguageModel {
  return modelFromFiles((name) => artifact.bytes(name), (name) => artifact.has(name))
}
