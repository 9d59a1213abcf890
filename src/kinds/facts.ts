// What is known of the files a program names before anything runs: read once at the edge, passed in as data.
import type { ModelConfig } from '../model/config.ts'

export interface FileFacts {
  /** One entry for a file, one for each relevant file of a folder. */
  readonly files: readonly { readonly name: string; readonly path: string; readonly digest: string; readonly bytes: number }[]
  /** For model files whose header or config.json could be read. */
  readonly config?: ModelConfig
}
