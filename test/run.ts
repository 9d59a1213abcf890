// The test command. uvu alone exits 0 when a hook throws, when a file forgets `.run()` and when nothing
// matched; here each of those fails, files run one after another, and the last line counts: `N passed, N failed`.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

type Outcome = [errors: string | true, passed: number, skipped: number, total: number]
type Suite = () => Promise<Outcome>
interface Deferred { UVU_DEFER: number; UVU_QUEUE: [name: string, ...suites: Suite[]][]; UVU_INDEX: number }

const extension = import.meta.url.endsWith('.ts') ? '.test.ts' : '.test.js'
const root = new URL('.', import.meta.url)
const patterns = process.argv.slice(2)

const files = (readdirSync(root, { recursive: true }) as string[])
  .filter((file) => file.endsWith(extension))
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
  .sort()

const shared = globalThis as unknown as Deferred
let passed = 0
let failed = 0
let skipped = 0

for (const file of files) {
  Object.assign(shared, { UVU_DEFER: 1, UVU_QUEUE: [[file]], UVU_INDEX: 0 })
  const started = performance.now()
  const problems: string[] = []
  let count = 0
  try {
    await import(pathToFileURL(join(root.pathname, file)).href)
    const suites = shared.UVU_QUEUE[0]!.slice(1) as Suite[]
    if (suites.length === 0) problems.push('  no suite ran: is `.run()` missing?')
    for (const suite of suites) {
      const [errors, good, omitted, total] = await suite()
      count += good
      skipped += omitted
      if (errors !== true) problems.push(errors)
      else if (good + omitted < total) problems.push(`  ${total - good - omitted} test(s) never ran: a hook threw`)
      failed += Math.max(0, total - good - omitted)
      if (total === 0 && omitted === 0) problems.push('  a suite holds no test')
    }
  } catch (error) {
    problems.push(`  ${error instanceof Error ? error.stack : String(error)}`)
  }
  passed += count
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`\n${problems.length === 0 ? 'ok  ' : 'FAIL'} ${file} (${count} passed, ${seconds} s)`)
  for (const problem of problems) console.log(problem)
  if (problems.length > 0 && failed === 0) failed += 1
}
if (files.length === 0) {
  console.log(`no test file matches ${patterns.join(' ')}`)
  failed += 1
}
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed === 0 ? 0 : 1)
