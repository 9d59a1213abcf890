// Adapters in the layout of Hugging Face's PEFT: adapter_config.json and adapter_model.safetensors, which
// `PeftModel.from_pretrained(base, folder)` loads over the base model.
import type { Json } from '../plan/node.ts'
import { jsonFile } from '../run/files.ts'
import type { Files } from '../run/stage.ts'
import { adapterShapes, loraTargets, type Adapter, type LoraSettings, type LoraTarget } from './adapter.ts'
import type { ModelConfig, WeightTensor } from './config.ts'
import { readSafetensors, takeTensor, writeSafetensors } from './safetensors.ts'
import { partNames, storedName, turned } from './stored-names.ts'

export const peftConfigFile = 'adapter_config.json'
const peftWeightsFile = 'adapter_model.safetensors'

const moduleOf = (target: LoraTarget): string => partNames[target]!.split('.')[1]!

/**
 * Equal adapters give equal bytes; weights are float32. `base` names the model they belong to: PEFT notes it and does not need it.
 */
export function adapterToPeft({ settings, weights }: Adapter, base: string): Files {
  const stored = [...weights].map(([name, tensor]): [string, WeightTensor] => [peftName(name), turned(tensor, true)])
  return {
    [peftConfigFile]: jsonFile(peftConfig(settings, base)),
    [peftWeightsFile]: writeSafetensors(new Map(stored), { format: 'pt' }),
  }
}

/** The adapter that `adapterToPeft` wrote, for a base of this shape. */
export function adapterFromPeft(read: (name: string) => Uint8Array, config: ModelConfig): Adapter {
  const { r: rank, lora_alpha: alpha, target_modules: modules } =
    JSON.parse(new TextDecoder().decode(read(peftConfigFile))) as ReturnType<typeof peftConfig>
  const targets = (Object.keys(loraTargets) as LoraTarget[]).filter((target) => modules.includes(moduleOf(target)))
  const settings = { rank, alpha, targets }
  const tensors = readSafetensors(read(peftWeightsFile), peftWeightsFile)
  const weights = new Map([...adapterShapes(config, settings)].map(([name, [rows, columns]]) =>
    [name, turned(takeTensor(tensors, peftName(name), [columns!, rows!], peftWeightsFile), true)]))
  return { settings, weights }
}

/** `3.query.a` is `base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight`, [rank, in]; B is [out, rank]. */
function peftName(name: string): string {
  const [matrix, side] = [name.slice(0, -2), name.slice(-1).toUpperCase()]
  return `base_model.model.${storedName(matrix).replace(/weight$/, '')}lora_${side}.weight`
}

/** The fields of PEFT's LoraConfig; those left out have the values that PEFT gives them. */
function peftConfig({ rank, alpha, targets }: LoraSettings, base: string) {
  return {
    base_model_name_or_path: base,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: 'gaussian',
    lora_alpha: alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: 'LORA',
    r: rank,
    target_modules: targets.map(moduleOf),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: false,
  } satisfies Json
}
