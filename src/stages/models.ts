// Models between stages: read from inputs, written as files. Under an adapter the port `model` holds the adapter and `base` what it belongs to.
import type { Weights } from '../model/config.ts'
import { modelFromFiles, modelToFiles } from '../model/huggingface.ts'
import { merged, withTrained } from '../model/lora.ts'
import type { LanguageModel } from '../model/model.ts'
import { adapterToPeft } from '../model/peft.ts'
import type { Artifact, Files, Task } from '../run/stage.ts'

type Inputs = Pick<Task, 'input' | 'has'>

/** For sampling and scoring: an adapter is merged into the weights. */
export function modelOf(task: Inputs): LanguageModel {
  return merged(trainableModelOf(task))
}

/** For training: an adapter stays apart from its base. */
export function trainableModelOf({ input, has }: Inputs): LanguageModel {
  const { read, has: holds } = filesOf(input('model'))
  return modelFromFiles(read, holds, has('base') ? filesOf(input('base')) : undefined)
}

/** What training leaves: the whole model, or the adapter alone, whose base is stored already. */
export function trainedFiles({ input }: Inputs, model: LanguageModel, trained: Weights): Files {
  const { adapter, ...after } = withTrained(model, trained)
  return adapter === undefined ? modelToFiles(after) : adapterToPeft(adapter, input('base').key)
}

function filesOf(artifact: Artifact) {
  return { read: (name: string) => artifact.bytes(name), has: (name: string) => artifact.has(name) }
}
