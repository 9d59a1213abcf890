import * as assert from 'uvu/assert'
import { findSpecial, readHuggingFaceConfig, writeHuggingFaceConfig } from '../../src/model/huggingface-config.ts'
import { tokenizerFromJson } from '../../src/model/tokenizer.ts'
import type { Json } from '../../src/plan/node.ts'
import { describe } from '../describe.ts'
import { failure } from './failure.ts'

const mistral = {
  architectures: ['MistralForCausalLM'], bos_token_id: 1, eos_token_id: 2, hidden_act: 'silu', hidden_size: 4096, intermediate_size: 14336,
  max_position_embeddings: 32768, model_type: 'mistral', num_attention_heads: 32, num_hidden_layers: 32, num_key_value_heads: 8,
  rms_norm_eps: 1e-5, rope_theta: 10000, sliding_window: 4096, tie_word_embeddings: false, vocab_size: 32000,
}

describe('config.json', (it) => {
  it('reads a Mistral: grouped queries, and the sliding window as the context', () => {
    assert.equal(readHuggingFaceConfig(mistral), {
      layers: 32, width: 4096, heads: 32, kvHeads: 8, headWidth: 128, hidden: 14336, vocabulary: 32000, context: 4096,
      ropeTheta: 10000, ropeLayout: 'halves', normEpsilon: 1e-5, tied: false,
    })
    assert.is(readHuggingFaceConfig({ ...mistral, sliding_window: null }).context, 32768)
  })

  it('fills in what an early Llama leaves out', () => {
    const { rope_theta, num_key_value_heads, sliding_window, max_position_embeddings, rms_norm_eps, tie_word_embeddings, ...bare } = mistral
    const config = readHuggingFaceConfig({ ...bare, model_type: 'llama', rope_scaling: null, pretraining_tp: 1, head_dim: null })
    assert.equal([config.ropeTheta, config.kvHeads, config.context, config.normEpsilon, config.tied, config.headWidth], [10_000, 32, 2048, 1e-6, false, 128])
  })

  it('reads rope_parameters of newer versions, a head width of its own and tied embeddings', () => {
    const { rope_theta, ...rest } = mistral
    const config = readHuggingFaceConfig({ ...rest, rope_parameters: { rope_theta: 500_000, rope_type: 'default' }, head_dim: 64, tie_word_embeddings: true })
    assert.equal([config.ropeTheta, config.headWidth, config.tied], [500_000, 64, true])
  })

  it('refuses by name what would change the arithmetic', () => {
    const refused: [Json, RegExp][] = [
      [[], /not a JSON object/],
      [{ ...mistral, model_type: 'qwen2' }, /model_type is "qwen2"; llama and mistral are supported/],
      [{ ...mistral, model_type: null }, /model_type is null/],
      [{ ...mistral, attention_bias: true }, /attention_bias is true/],
      [{ ...mistral, mlp_bias: true }, /mlp_bias is true/],
      [{ ...mistral, hidden_act: 'gelu' }, /hidden_act is "gelu"; only "silu" or "swish"/],
      [{ ...mistral, quantization_config: { quant_method: 'gptq' } }, /quantization_config is \{"quant_method":"gptq"\}/],
      [{ ...mistral, rope_scaling: { type: 'linear', factor: 2 } }, /rope_scaling scales rotary positions by "linear"/],
      [{ ...mistral, rope_scaling: { rope_type: 'llama3', factor: 8 } }, /by "llama3"/],
      [{ ...mistral, rope_parameters: { rope_type: 'yarn', rope_theta: 1e4 } }, /rope_parameters scales rotary positions by "yarn"/],
      [{ ...mistral, rope_parameters: { rope_theta: 1e4, partial_rotary_factor: 0.5 } }, /part of each head/],
      [{ ...mistral, rope_theta: 'big' }, /rope_theta is "big"/],
      [{ ...mistral, hidden_size: undefined as unknown as Json }, /lacks hidden_size/],
      [{ ...mistral, num_hidden_layers: 1.5 }, /num_hidden_layers is 1\.5/],
      [{ ...mistral, num_key_value_heads: 5 }, /32 heads cannot share 5/],
      [{ ...mistral, num_attention_heads: 33 }, /heads are 124\.\d+ wide/],
      [{ ...mistral, head_dim: 7 }, /heads are 7 wide/],
    ]
    for (const [json, message] of refused) assert.match(failure(() => readHuggingFaceConfig(json)).message, message)
  })

  it('reads what it writes', () => {
    const config = { ...readHuggingFaceConfig(mistral), headWidth: 96, tied: true, normEpsilon: 3e-6, ropeTheta: 12345 }
    assert.equal(readHuggingFaceConfig(writeHuggingFaceConfig(config, { begin: 1, ends: [2, 3], pad: 0 })), config)
  })
})

describe('findSpecial', (it) => {
  const vocab = Object.fromEntries(['<s>', '</s>', '<pad>', '<|end|>', 'a'].map((token, id) => [token, id]))
  const tokenizer = (config: Json) => tokenizerFromJson({ model: { type: 'BPE', vocab, merges: [] } }, config)

  it('takes numbers from config.json', () => {
    assert.equal(findSpecial({ bos_token_id: 0, eos_token_id: 1, pad_token_id: 2 }, {}, tokenizer({}), 5), { begin: 0, ends: [1], pad: 2 })
  })

  it("puts the tokenizer's own end first, then the other ends, each once", () => {
    const found = findSpecial({ bos_token_id: 4, eos_token_id: 1 }, { eos_token_id: [1, 3, 4] }, tokenizer({ eos_token: { content: '<|end|>' }, bos_token: '<s>', pad_token: null }), 5)
    assert.equal(found, { begin: 0, ends: [3, 1, 4], pad: 3 })
  })

  it('begins and pads with the end where nothing else is said, and passes over negative ids', () => {
    assert.equal(findSpecial({ eos_token_id: [1, 3], pad_token_id: -1, bos_token_id: null }, {}, tokenizer({}), 5), { begin: 1, ends: [1, 3], pad: 1 })
  })

  it('fails without an end, or with ids outside the vocabulary', () => {
    assert.match(failure(() => findSpecial({ bos_token_id: 1 }, {}, tokenizer({}), 5)).remedy, /eos_token_id/)
    assert.match(failure(() => findSpecial({ eos_token_id: 5 }, {}, tokenizer({}), 5)).message, 'the special token 5 is not in the vocabulary of 5')
    assert.match(failure(() => findSpecial({ eos_token_id: 1.5 }, {}, tokenizer({}), 5)).message, 'the special token 1.5')
  })
})
