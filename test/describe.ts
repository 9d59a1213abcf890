// A suite that cannot be forgotten: `describe('thing', (it) => { it('rule', () => …) })` always runs.
import { suite } from 'uvu'

export type It = ReturnType<typeof suite>

export function describe(name: string, declare: (it: It) => void): void {
  const it = suite(name)
  declare(it)
  it.run()
}
