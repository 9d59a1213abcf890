// The tokenizer.bin of llama2.c as a Hugging Face tokenizer: pieces with scores become a BPE with byte fallback.
import { StageFailure } from '../run/stage.ts'
import type { Special } from './config.ts'
import { beginWith, tokenizerFromJson, type Tokenizer } from './tokenizer.ts'

interface Piece {
  readonly text: string
  readonly score: number
}

const firstByte = 3
const firstPiece = firstByte + 256
/** tokenizer.bin writes spaces; SentencePiece and Hugging Face's files write this instead. */
const spaceMark = '\u2581'

/**
 * llama2.c separates texts by token 1 and stops at it; its models never meet token 2, which other tools write as the end.
 * Padding is masked wherever it stands, so any id would do.
 */
export const llama2cSpecial: Special = { begin: 1, ends: [1, 2], pad: 0 }

/**
 * Reads tokenizer.bin; `name` is what messages call the file. Gives the ids of llama2.c but for two rare things: U+2581 is a space,
 * as SentencePiece has it, and where two ways to make one piece overlap (in runs of one letter) the way of the lower ids wins
 * instead of the leftmost, as in Hugging Face's own conversions. Throws a StageFailure when the file is cut off or is something else.
 */
export function readLlama2cTokenizer(bytes: Uint8Array, name: string): Tokenizer {
  const pieces = readPieces(bytes, name)
  const vocab: Record<string, number> = {}
  pieces.forEach(({ text }, id) => {
    if (Object.hasOwn(vocab, text)) throw notATokenizer(name, `tokens ${vocab[text]} and ${id} are both ${JSON.stringify(text)}`)
    vocab[text] = id
  })
  const added_tokens = ['<unk>', '<s>', '</s>'].map((content, id) => ({
    id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true,
  }))
  return tokenizerFromJson({
    version: '1.0', truncation: null, padding: null, added_tokens,
    normalizer: {
      type: 'Sequence',
      normalizers: [{ type: 'Prepend', prepend: spaceMark }, { type: 'Replace', pattern: { String: ' ' }, content: spaceMark }],
    },
    pre_tokenizer: null, post_processor: beginWith('<s>', 1),
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: spaceMark }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE', dropout: null, unk_token: '<unk>', continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: true, byte_fallback: true, ignore_merges: false, vocab, merges: merges(pieces, vocab),
    },
  }, { bos_token: '<s>', eos_token: '<s>', unk_token: '<unk>', clean_up_tokenization_spaces: false }, name)
}

/**
 * llama2.c merges whichever neighbours make the piece of the highest score, the leftmost when scores are equal. So the pairs
 * that make a piece of a higher score come first; the pairs that make one piece stand together, in the order of their ids.
 */
function merges(pieces: readonly Piece[], vocab: Readonly<Record<string, number>>): [string, string][] {
  const joined = pieces.map((piece, id) => ({ ...piece, id })).slice(firstPiece)
  joined.sort((one, two) => two.score - one.score || one.id - two.id)
  return joined.flatMap(({ text }) => {
    const letters = [...text]
    const splits = letters.slice(1).map((_, index): [string, string] =>
      [letters.slice(0, index + 1).join(''), letters.slice(index + 1).join('')])
    const known = splits.filter(([left, right]) => Object.hasOwn(vocab, left) && Object.hasOwn(vocab, right))
    return known.sort((one, two) => vocab[one[0]]! - vocab[two[0]]! || vocab[one[1]]! - vocab[two[1]]!)
  })
}

function readPieces(bytes: Uint8Array, name: string): Piece[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const pieces: Piece[] = []
  let offset = 4
  while (offset < bytes.length) {
    const length = offset + 8 <= bytes.length ? view.getInt32(offset + 4, true) : Infinity
    if (length < 0 || offset + 8 + length > bytes.length) {
      throw notATokenizer(name, `token ${pieces.length} does not end within the file`)
    }
    const score = view.getFloat32(offset, true)
    if (Number.isNaN(score)) throw notATokenizer(name, `token ${pieces.length} has no score`)
    try {
      pieces.push({ text: decoder.decode(bytes.subarray(offset + 8, offset + 8 + length)), score })
    } catch {
      throw notATokenizer(name, `token ${pieces.length} is not UTF-8`)
    }
    offset += 8 + length
  }
  if (pieces.length <= firstPiece) {
    throw notATokenizer(name, `it holds ${pieces.length} tokens; 3 special and 256 byte tokens come first`)
  }
  for (let byte = 0; byte < 256; byte++) {
    const expected = `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
    const found = pieces[firstByte + byte]!.text
    if (found !== expected) {
      throw notATokenizer(name, `token ${firstByte + byte} is ${JSON.stringify(found)}; ${expected} stands there`)
    }
  }
  // llama2.c wraps the special tokens in line breaks, so that no text is mistaken for them.
  const special = ['<unk>', '<s>', '</s>']
  return pieces.map(({ text, score }, id) => ({ score, text: special[id] ?? text.replaceAll(' ', spaceMark) }))
}

function notATokenizer(name: string, reason: string): StageFailure {
  return new StageFailure(
    `${name} is not a llama2.c tokenizer: ${reason}`,
    'give the tokenizer.bin that belongs to the checkpoint',
  )
}
