// The shape of a Llama-architecture decoder (Touvron et al., arXiv 2302.13971; grouped queries: 2305.13245).

export interface ModelConfig {
  /** Transformer blocks. */
  readonly layers: number
  /** Residual width, in features. */
  readonly width: number
  readonly heads: number
  /** Key/value heads; divides `heads`. */
  readonly kvHeads: number
  /** Features per head; width / heads unless the checkpoint says otherwise. */
  readonly headWidth: number
  /** Inner width of the SwiGLU block. */
  readonly hidden: number
  readonly vocabulary: number
  /** The most positions a sequence may have. */
  readonly context: number
  readonly ropeTheta: number
  /** `interleaved`: pairs (0,1),(2,3)… (Meta, llama2.c); `halves`: pairs (i, i + headWidth/2) (Hugging Face). */
  readonly ropeLayout: 'interleaved' | 'halves'
  readonly normEpsilon: number
  /** The output projection is the embedding, transposed. */
  readonly tied: boolean
}

/** How text becomes token ids for this model. */
export interface Special {
  readonly begin: number
  /** Any of these ends a response; the first is the one written when training. */
  readonly ends: readonly number[]
  readonly pad: number
}

/**
 * Weights by our own names, float32, row-major, [in, out] so that a row vector multiplies from the left:
 * `embedding` [V, D], `output` [D, V] (absent when tied), `norm` [D], and for each block l
 * `l.query` [D, heads·hd], `l.key` and `l.value` [D, kvHeads·hd], `l.attention` [heads·hd, D],
 * `l.gate` and `l.up` [D, F], `l.down` [F, D], `l.norm1` [D] (before attention), `l.norm2` [D] (before the feed-forward).
 */
export type Weights = ReadonlyMap<string, WeightTensor>

export interface WeightTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** The names and shapes a config asks for, in a fixed order. */
export function weightShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const { layers, width, heads, kvHeads, headWidth, hidden, vocabulary, tied } = config
  const shapes = new Map<string, readonly number[]>([['embedding', [vocabulary, width]]])
  for (let layer = 0; layer < layers; layer++) {
    shapes.set(`${layer}.norm1`, [width])
    shapes.set(`${layer}.query`, [width, heads * headWidth])
    shapes.set(`${layer}.key`, [width, kvHeads * headWidth])
    shapes.set(`${layer}.value`, [width, kvHeads * headWidth])
    shapes.set(`${layer}.attention`, [heads * headWidth, width])
    shapes.set(`${layer}.norm2`, [width])
    shapes.set(`${layer}.gate`, [width, hidden])
    shapes.set(`${layer}.up`, [width, hidden])
    shapes.set(`${layer}.down`, [hidden, width])
  }
  shapes.set('norm', [width])
  if (!tied) shapes.set('output', [width, vocabulary])
  return shapes
}

export function parameterCount(config: ModelConfig): number {
  let count = 0
  for (const shape of weightShapes(config).values()) count += shape.reduce((product, size) => product * size, 1)
  return count
}
