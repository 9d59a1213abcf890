// The arrows of the house: text → checked program → plan → run → report. A file may import from its own folder
// or from a floor below; nothing imports upwards, and no chain of imports comes back to where it began.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import * as assert from 'uvu/assert'
import { describe } from './describe.ts'
import { root } from './root.ts'

const floors: readonly (readonly string[])[] = [
  ['src/source.ts', 'src/random.ts'],
  ['src/diagnostic.ts'],
  ['src/frame.ts'],
  ['grammar/'],
  ['src/vocabulary/'],
  ['src/language/'],
  ['src/plan/'],
  ['src/data/'],
  ['src/tensor/'],
  ['src/run/'],
  ['src/model/'],
  ['src/judges/'],
  ['src/losses/', 'src/rewards/', 'src/worlds/', 'src/method/', 'src/metrics/'],
  ['src/report/'],
  ['src/kinds/'],
  ['src/stages/'],
  ['src/verify/'],
  ['src/edge/'],
  ['src/dice.ts'],
  ['src/cli/'],
]

/** Folders whose code knows no file, clock, environment or tensor runtime. */
const pure = ['grammar/', 'src/vocabulary/', 'src/language/', 'src/plan/', 'src/data/', 'src/judges/', 'src/losses/',
  'src/rewards/', 'src/worlds/', 'src/method/', 'src/metrics/', 'src/kinds/', 'src/source.ts', 'src/random.ts', 'src/frame.ts']

const files = ['src', 'grammar'].flatMap((folder) =>
  (readdirSync(join(root, folder), { recursive: true }) as string[]).filter((file) => file.endsWith('.ts')).map((file) => join(folder, file)))

const home = (file: string): string | undefined => floors.flat().find((prefix) => file.startsWith(prefix))
const floor = (prefix: string): number => floors.findIndex((rooms) => rooms.includes(prefix))
const text = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))

/** Static and dynamic imports of our own files; type imports count, since they are arrows too. */
function imports(file: string): string[] {
  const found = [...text.get(file)!.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)]
  return found.map((match) => join(dirname(file), match[1]!))
}

describe('layers', (it) => {
  it('every file stands on a floor and imports only from its own room or from floors below', () => {
    const wrong: string[] = []
    for (const file of files) {
      const here = home(file)
      if (here === undefined) wrong.push(`${file} stands on no floor`)
      else for (const target of imports(file)) {
        const there = home(target)
        if (there === undefined || (there !== here && floor(there) >= floor(here))) wrong.push(`${file} must not import ${target}`)
      }
    }
    assert.equal(wrong, [])
  })

  it('no imports go round in a circle', () => {
    const finished = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      if (finished.has(file) || path.includes(file)) return
      for (const target of imports(file)) visit(target, [...path, file])
      finished.add(file)
    }
    for (const file of files) visit(file, [])
    assert.equal(circles, [])
  })

  it('what is pure imports nothing of Node and reads no clock, environment or random source', () => {
    const impure = files.filter((file) => pure.some((prefix) => file.startsWith(prefix)) &&
      /from 'node:|process\.\w|Date\.now|new Date|performance\.now|Math\.random|globalThis/.test(text.get(file)!))
    assert.equal(impure, [])
  })

  it('TensorFlow.js and ONNX Runtime are loaded in src/tensor alone', () => {
    const loading = files.filter((file) => !file.startsWith('src/tensor/') &&
      /^import (?!type).*'(@tensorflow|onnxruntime)/m.test(text.get(file)!))
    assert.equal(loading, [])
  })
})
