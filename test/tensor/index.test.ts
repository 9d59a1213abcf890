// The table of engines, their identities and the choice among them.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Engine } from '../../src/tensor/engine.ts'
import { engineIdentity, engineNames, engines, isEngineName, presentEngines, resolveEngine } from '../../src/tensor/index.ts'
import { selfTest } from '../../src/tensor/selftest.ts'
import { describe } from '../describe.ts'
import { root } from '../root.ts'

describe('table of engines', (it) => {
  it('every row is named by its key, described, and says how to get it', async () => {
    assert.equal(engineNames, ['eager-gpu', 'graph-cpu', 'graph-cuda', 'graph-webgpu', 'eager-wasm', 'eager-cpu'])
    for (const name of engineNames) {
      const row = engines[name]
      const probe = await row.probe()
      assert.is(row.name, name)
      assert.match(row.doc, /^[A-Z].*\.$/)
      if (row.present()) assert.ok(probe.available, name)
      if (!probe.available) assert.ok(probe.reason.length > 0 && probe.remedy.length > 0, name)
    }
    assert.ok(isEngineName('graph-cpu') && !isEngineName('toString') && !isEngineName('auto'))
  })

  it("identity names the engine, our version and the installed packages, and is the open engine's own", async () => {
    assert.match(engineIdentity('graph-cpu'), /^graph-cpu\/2 onnxruntime-node@\d+\.\d+\.\d+ @tensorflow\/tfjs@\d+\.\d+\.\d+$/)
    for (const name of presentEngines()) {
      if (name === 'eager-gpu') continue
      const engine = await engines[name].open({ threads: 1 })
      assert.is(engine.identity, engineIdentity(name))
      assert.is(engine.name, name)
    }
  })

  it('loads no runtime by being imported', () => {
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      for (const [, target] of readFileSync(file, 'utf8').matchAll(/^(?!(?:import|export) type\b).*\bfrom '([^']+)'/gm)) {
        assert.ok(target!.startsWith('.') || target!.startsWith('node:'), `${file} imports ${target}`)
        if (target!.startsWith('.')) visit(join(dirname(file), target!))
      }
    }
    visit(join(root, 'src/tensor/index.ts'))
    assert.ok(seen.size > 10, 'the imports were followed')
  })

  it('auto gives the best present engine that passes its self-test', async () => {
    const { engine } = await resolveEngine('auto', { threads: 1 })
    assert.ok(engine !== undefined)
    assert.ok(engine.name === 'graph-cpu' || engine.name === 'eager-gpu', engine.name)
    assert.is(presentEngines()[0], engine.name)
    assert.is(presentEngines().at(-1), 'eager-cpu')
  })

  it('a named engine that is not there gives the reason and the remedy', async () => {
    if (engines['eager-gpu'].present()) return
    const { engine, rejected } = await resolveEngine('eager-gpu', { threads: 1 })
    assert.is(engine, undefined)
    assert.is(rejected.length, 1)
    assert.ok(rejected[0]!.reason.length > 0 && rejected[0]!.remedy.length > 0)
  })

  it('the self-test passes on every engine and notices one that is wrong', async () => {
    const engine = await engines['graph-cpu'].open({ threads: 2 })
    for (const name of ['graph-cpu', 'eager-wasm', 'eager-cpu'] as const) {
      assert.is(await selfTest(await engines[name].open({ threads: 1 })), undefined)
    }
    const wrong: Engine = {
      ...engine,
      compile: (name, step, inputs) =>
        engine.compile(name, (t, given) => ({ ...step(t, given), value: t.scalar(1.2345) }), inputs),
    }
    assert.match(await selfTest(wrong) ?? '', 'its self-test is off by')
  })
})
