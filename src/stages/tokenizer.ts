// Trains a tokenizer on text.
import { trainBpe } from '../model/bpe.ts'
import { jsonFile } from '../run/files.ts'
import type { Stage } from '../run/stage.ts'
import type { Document } from './pretrain.ts'

export const tokenizer: Stage<{ readonly vocabulary: number }> = {
  doc: 'Learns a byte-pair encoding from text.',
  version: 1,
  numeric: false,
  seeded: false,
  async run({ params, input }) {
    const { vocabulary } = params
    const documents = input('text').rows<Document>('rows.jsonl').map((row) => row.text)
    return { 'tokenizer.json': jsonFile(trainBpe(documents, vocabulary)) }
  },
}
