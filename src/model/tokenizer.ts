// What the rest of the project asks of a tokenizer. The work is done by @huggingface/tokenizers.

export interface Tokenizer {
  readonly vocabulary: number
  /** Without special tokens. */
  encode(text: string): number[]
  /** Special tokens left out. */
  decode(ids: readonly number[]): string
  /** The id of a token's text, e.g. `</s>`; undefined when there is none. */
  id(token: string): number | undefined
}
