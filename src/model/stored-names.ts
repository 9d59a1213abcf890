// Hugging Face's names for weights, and the order in which it stores their numbers.
import type { WeightTensor } from './config.ts'
import { transpose } from './layout.ts'

export const partNames: Readonly<Record<string, string>> = {
  norm1: 'input_layernorm', query: 'self_attn.q_proj', key: 'self_attn.k_proj', value: 'self_attn.v_proj',
  attention: 'self_attn.o_proj',
  norm2: 'post_attention_layernorm', gate: 'mlp.gate_proj', up: 'mlp.up_proj', down: 'mlp.down_proj',
}
const wholeNames: Readonly<Record<string, string>> = {
  embedding: 'model.embed_tokens.weight', norm: 'model.norm.weight', output: 'lm_head.weight',
}

/** Hugging Face's name for ours: `3.query` is `model.layers.3.self_attn.q_proj.weight`. */
export function storedName(name: string): string {
  const [layer, part] = name.split('.') as [string, string | undefined]
  return part === undefined ? wholeNames[name]! : `model.layers.${layer}.${partNames[part]!}.weight`
}

/** Hugging Face stores matrices as [out, in]; only the embedding lies as ours does. */
export function isTurned(name: string): boolean {
  return name !== 'embedding' && !/^norm$|\.norm[12]$/.test(name)
}

/** Between [in, out] and [out, in]. */
export function turned({ shape, data }: WeightTensor, turn: boolean): WeightTensor {
  return turn ? { shape: [shape[1]!, shape[0]!], data: transpose(data, shape[0]!, shape[1]!) } : { shape, data }
}
