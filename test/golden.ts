// Files of what users see. A missing golden is written (and fails where CI is set); UPDATE=1 rewrites;
// a differing one fails with a line-numbered difference.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { root } from './root.ts'

export function golden(name: string, actual: string): void {
  const path = join(root, 'test/golden', name)
  if (process.env['UPDATE'] === '1' || (!existsSync(path) && process.env['CI'] === undefined)) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, actual)
    return
  }
  assert.ok(existsSync(path), `no golden file test/golden/${name}: run the tests with UPDATE=1 and review it`)
  assert.fixture(actual, readFileSync(path, 'utf8'), `differs from test/golden/${name}`)
}
