// `data pairs = file("pairs.jsonl") { format: chosen_rejected }`: prompts, demonstrations, pairs or text from a file of one's own.
import { fileEntries, filePath, fileParts, fileProblems } from '../data/file.ts'
import type { Format } from '../data/format.ts'
import type { Declaration } from '../language/program.ts'
import type { Row } from '../vocabulary/field.ts'
import { path, settings, text, value } from './context.ts'
import type { Context, FilePort } from './context.ts'
import { mistakes } from './mistakes.ts'
import type { DataProduct, PartProduct } from './product.ts'

/** About how many bytes a row has, for estimates of a file that has not been read. */
const bytesEach = 800

export const fileData: Row = {
  doc: 'Rows from a JSON, JSONL or text file.',
  parameters: { path: filePath },
  entries: fileEntries,
  gives: 'data',
  members: (given) => {
    const format = given['format']?.value
    return format?.kind === 'choice' ? fileParts(format.value as Format) : {}
  },
}

export function expandFile(declaration: Declaration, context: Context): DataProduct {
  const given = declaration.arguments
  const format = text(given, 'format') as Format
  const written = Object.keys(given).filter((entry) => given[entry]?.given !== undefined)
  for (const problem of fileProblems(format, written)) context.accept(mistakes.setting(context, declaration, problem))
  const rows = (entry: string): number => Math.max(1, Math.round((context.facts(path(given, entry)).files[0]?.bytes ?? 0) / bytesEach))
  const port = (entry: string, name: string): FilePort[] => context.facts(path(given, entry)).files.map((file) => ({ port: name, path: file.path, digest: file.digest }))
  const names = settings(given, ['id', 'prompt', 'response', 'chosen', 'rejected', 'separator'])
  const part = (wanted: string): PartProduct | undefined => {
    const type = fileParts(format)[wanted]
    if (type === undefined) return undefined
    // The prompts of another file replace those of the rows.
    const other = wanted === 'prompts' && value(given, 'prompts') !== undefined
    const entry = other ? 'prompts' : 'path'
    const key = context.add({
      stage: 'read',
      params: other ? { format: 'prompts', part: wanted } : { format, part: wanted, ...names },
      inputs: {},
      files: port(entry, 'data'),
      label: `${declaration.name} · ${wanted}`,
      cost: { tokens: 0, bytes: 0 },
    })
    return { kind: 'part', type, key, rows: rows(entry) }
  }
  return { kind: 'data', part, comparisonsFor: () => undefined }
}
