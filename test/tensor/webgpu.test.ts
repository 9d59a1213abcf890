// Graphs on WebGPU, on whatever adapter there is. An adapter's driver is found through the environment a process starts
// with, so this file starts one in which it runs again, and beside it the contract that every engine holds.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { losses } from '../../src/losses/index.ts'
import { shapeBatches } from '../../src/model/batches.ts'
import { responseLogprobs } from '../../src/model/logprobs.ts'
import { optimise } from '../../src/model/optimise.ts'
import { preferenceObjective, tokenObjective } from '../../src/model/train.ts'
import { stream } from '../../src/random.ts'
import type { Engine, Kernel, Step } from '../../src/tensor/engine.ts'
import { valueAndGradients } from '../../src/tensor/gradients.ts'
import { engines, resolveEngine } from '../../src/tensor/index.ts'
import { logProbabilityOf, matMul } from '../../src/tensor/ops.ts'
import { describe } from '../describe.ts'
import { plainOptions, randomIds, relativeError, smallModel } from '../model/small.ts'
import { askedVariable } from './contract-engines.ts'
import { assertClose, integers, normals, runOn } from './harness.ts'
import { adapterEnvironment } from './software-adapter.ts'

const name = 'graph-webgpu'
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

function anew(environment: Readonly<Record<string, string>>) {
  const runner = fileURLToPath(new URL(`../run.${extension}`, import.meta.url))
  const interpreter = process.versions['deno'] === undefined ? [] : ['run', '--allow-all', '--quiet']
  const files = ['tensor/webgpu.test', 'tensor/engines.test']
  return spawnSync(process.execPath, [...interpreter, runner, ...files], {
    encoding: 'utf8', env: { ...process.env, ...environment, [askedVariable]: name }, timeout: 120_000,
  })
}

if (process.env[askedVariable] === undefined) {
  describe('WebGPU', (it) => {
    const environment = adapterEnvironment()
    if (environment === undefined) {
      console.log('  WebGPU is not tested: there is no graphics adapter, not even a software one (Debian: apt-get install chromium)')
      it.skip('needs a graphics adapter', () => {})
      return
    }

    it('holds the contract of engines and agrees with plain JavaScript', () => {
      const { status, stdout, stderr } = anew(environment)
      assert.is(status, 0, `${stdout}\n${stderr}`)
      for (const file of ['webgpu', 'engines']) assert.match(stdout, new RegExp(`^ok {3}tensor/${file}\\.test`, 'm'))
    })
  })
} else {
  onTheAdapter()
}

function onTheAdapter(): void {
  const model = smallModel({ layers: 1 })
  const items = [0, 1, 2].map((row) =>
    ({ prompt: randomIds(stream(`p${row}`), 4), response: randomIds(stream(`r${row}`), 3 + row) }))
  const plain = engines['eager-cpu'].open({ threads: 1 })
  const open = (): Promise<Engine> => engines[name].open({ threads: 1 })

  describe('WebGPU on an adapter', (it) => {
    it('says which, and is not taken unasked when it is software', async () => {
      const probe = await engines[name].probe()
      assert.ok(probe.available)
      assert.ok(probe.device.length > 0)
      console.log(`  on ${probe.device}`)
      const { engine } = await resolveEngine('auto', { threads: 1 })
      assert.ok(probe.software === undefined || engine?.name !== name)
    })

    it('passes the self-test of engines', async () => {
      const { engine, rejected } = await resolveEngine(name, { threads: 1 })
      assert.is(engine?.name, name, JSON.stringify(rejected))
    })

    it('gives the log-probabilities of plain JavaScript', async () => {
      const found = await responseLogprobs(await open(), model, items)
      const expected = await responseLogprobs(await plain, model, items)
      assert.ok(relativeError(found, expected) < 1e-5, `${found} instead of ${expected}`)
    })

    it('gives the gradients of plain JavaScript', async () => {
      const given = {
        table: normals('table', 7, 5), weight: normals('weight', 5, 9), ids: integers('ids', 0, 7, 6), to: integers('to', 0, 9, 6),
      }
      const step: Step = (tf, inputs) => {
        const { value, gradients } = valueAndGradients(tf, ({ table, weight }) => {
          const rows = tf.gather(table!, inputs['ids'] as never)
          return tf.mean(logProbabilityOf(tf, matMul(tf, rows, weight!), inputs['to']!))
        }, { table: inputs['table']!, weight: inputs['weight']! })
        return { value, ...gradients }
      }
      const found = await runOn(await open(), step, given)
      const expected = await runOn(await plain, step, given)
      for (const key of Object.keys(expected)) assertClose(found[key]!, expected[key]!, 1e-5, key)
    })

    const options = { ...plainOptions, steps: 3, weightDecay: 0.1 }
    const sequences = items.map(({ prompt, response }) => ({ ids: [...prompt, ...response], from: 1 }))
    const pairs = items.map(({ prompt, response }, row) =>
      ({ prompt, chosen: response, rejected: randomIds(stream(`q${row}`), 4), reference: { chosen: -9, rejected: -10 } }))
    const objectives = {
      tokens: tokenObjective((rows) => rows.map((row) => sequences[row]!)),
      preferences: preferenceObjective(pairs, losses.dpo.loss({ beta: 0.1, label_smoothing: 0, nll: 0 })),
    }
    for (const [kind, objective] of Object.entries(objectives)) {
      it(`three training steps on ${kind} give the weights and losses of plain JavaScript, and the same bits twice`, async () => {
        const batches = shapeBatches([[0, 1], [2, 0], [1, 2]], objective.sequences)
        const train = async (engine: Engine) => {
          const { weights, curve } = await optimise(engine, model, objective, batches, options)
          return { weights: [...weights.values()].flatMap(({ data }) => [...data]), losses: curve.map(({ loss }) => loss) }
        }
        const found = await train(await open())
        const expected = await train(await plain)
        assertClose(found.losses, expected.losses, 1e-5, 'losses')
        const difference = relativeError(found.weights, expected.weights)
        assert.ok(difference < 1e-4, `weights differ by ${difference}`)
        assert.equal(await train(await open()), found)
      })
    }

    it('holds a large constant once for all kernels, until the last of them goes', async () => {
      const engine = await open()
      const table = normals('large', 64, 32)
      const weight = engine.value(table.data, table.shape)
      const row = { shape: [1, 64], dtype: 'float32' } as const
      const times = (factor: number): Promise<Kernel> =>
        engine.compile(`times ${factor}`, (tf, given) => ({ y: tf.mul(tf.matMul(given['x']!, given['weight']!), factor) }),
          { x: row }, { weight })
      const [first, second] = [await times(1), await times(3)]
      weight.dispose()
      const x = engine.value(Float32Array.from({ length: 64 }, (_, index) => (index === 5 ? 1 : 0)), [1, 64])
      const read = async (kernel: Kernel) => (await kernel.run({ x }))['y']!.read()
      const expected = table.data.slice(5 * 32, 6 * 32) as Float32Array
      assertClose(await read(first), expected, 1e-6, 'first')
      first.dispose()
      assertClose(await read(second), expected.map((value) => 3 * value), 1e-6, 'second')
      second.dispose()
      const message = await second.run({ x, weight: x }).then(() => '', (error: Error) => error.message)
      assert.is(message, 'times 3: there is no input weight; it takes x')
    })

    it('keeps what a step gives on the device, and names the operators of a step it cannot run', async () => {
      const engine = await open()
      const x = engine.value(Float32Array.of(1, 2), [2])
      const kernel = await engine.compile('double', (tf, inputs) => ({ x: tf.add(inputs['x']!, inputs['x']!) }), { x })
      const { x: twice } = await kernel.run({ x })
      assert.is((twice as unknown as { tensor: { location: string } }).tensor.location, 'gpu-buffer')
      assert.equal(await twice!.read(), Float32Array.of(2, 4))
      const message = await engine.compile('odd', (tf, inputs) => ({ y: tf.isNaN(inputs['x']!) }), { x })
        .then(() => '', (error: Error) => error.message)
      assert.match(message, /^step odd: .*no webgpu kernel.*IsNaN/)
    })
  })
}
