// `data name = source { … }`: where prompts, demonstrations, pairs and text come from.
import type { Declaration } from '../language/program.ts'
import type { Row } from '../vocabulary/field.ts'
import { judgedData, expandJudged } from './data-judged.ts'
import { expandFile, fileData } from './data-file.ts'
import { expandWorld, worldData } from './data-world.ts'
import type { Context, KindRow } from './context.ts'
import type { DataProduct } from './product.ts'

export interface DataRow extends Row {
  expand(declaration: Declaration, context: Context): DataProduct
}

/** Sources of data: one row each. */
export const dataRows = {
  world: { ...worldData, expand: expandWorld },
  file: { ...fileData, expand: expandFile },
  judged: { ...judgedData, expand: expandJudged },
} as const satisfies Record<string, DataRow>

export const data: KindRow = {
  doc: 'Declares a data set; its parts are reached by a dot, as in `village.preferences`.',
  named: 'name',
  head: { rows: dataRows },
  gives: 'data',
  expand: (declaration, context) => dataRows[declaration.row as keyof typeof dataRows].expand(declaration, context),
}

