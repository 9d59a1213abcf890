// Where the project and the optional shared data lie, for tests run from source or from the build.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder))
}

export const root = findRoot(dirname(fileURLToPath(import.meta.url)))

/** The path of a file of real data, or undefined where it is absent; tests then say that they skip. */
export function sharedData(name: string): string | undefined {
  const path = join(root, '../shared/data', name)
  return existsSync(path) ? path : undefined
}
