// `dice verify` and what `dice doctor` says of engines.
import * as assert from 'uvu/assert'
import { checks } from '../../src/verify/verify.ts'
import { engines } from '../../src/tensor/index.ts'
import { describe } from '../describe.ts'
import { adapterEnvironment } from '../tensor/software-adapter.ts'
import { dice } from './dice.ts'

const fits = (text: string): void => assert.equal(text.split('\n').filter((line) => [...line].length > 100), [])
const adapter = adapterEnvironment()

describe('verify', (it) => {
  it('passes each check of the engines that it names, with differences and what is allowed', async () => {
    const { status, stdout, stderr } = await dice(['verify', '--engines', 'graph-cpu'])
    assert.equal([status, stderr], [0, ''])
    fits(stdout)
    assert.match(stdout, /^graph-cpu {2}CPU, version \d/)
    for (const name of Object.keys(checks)) assert.match(stdout, new RegExp(`^✓ ${name} .*  \\d\\.\\de[-+]\\d+ .*  \\d\\.\\de-\\d+$`, 'm'))
    assert.match(stdout, /\n1 engine tested; every difference is within what is allowed\n$/)
  })

  it('says of a named engine that is not there why, and does not call that a success', async () => {
    if (engines['eager-gpu'].present()) return
    const { status, stdout } = await dice(['verify', '--engines', 'eager-gpu'])
    assert.is(status, 1)
    assert.match(stdout, /^eager-gpu\n {2}not tested: .*\n {2}→ .*\n\n0 engines tested, 1 not\n$/)
  })

  it('refuses engines that are none, with the nearest', async () => {
    const { status, stdout, stderr } = await dice(['verify', '--engines', 'graph-cpu,eager-wsam'])
    assert.equal([status, stdout], [2, ''])
    assert.match(stderr, /^dice verify: there is no engine `eager-wsam`; did you mean `eager-wasm`\?/)
    assert.is((await dice(['verify', '--engines', ','])).status, 2)
  })

  const onAdapter = adapter === undefined ? it.skip : it
  onAdapter(`passes on WebGPU${adapter === undefined ? ' (skipped: no graphics adapter is found, not even a software one)' : ''}`, async () => {
    const { status, stdout } = await dice(['verify', '--engines', 'graph-webgpu', '--json'], { environment: adapter! })
    assert.is(status, 0, stdout)
    const [result] = JSON.parse(stdout) as [{ tested: boolean; device: string; outcomes: { check: string; passed: boolean; relative: number }[] }]
    assert.ok(result.tested && result.device !== '')
    assert.equal(result.outcomes.map(({ check }) => check), Object.keys(checks))
    assert.ok(result.outcomes.every(({ passed, relative }) => passed && relative > 0), stdout)
  })
})

describe('doctor on engines', (it) => {
  it('fits 100 columns; every engine has its purpose, and a remedy where it is missing', async () => {
    const { stdout } = await dice(['doctor'])
    fits(stdout)
    for (const name of Object.keys(engines)) assert.match(stdout, new RegExp(`^[✓–✗] ${name} +\\S`, 'm'))
    for (const [missing] of stdout.matchAll(/^– .*(\n .*)*/gm)) assert.match(missing, /\n +→ \S/)
    assert.is([...stdout.matchAll(/auto takes it/g)].length, 1)
  })

  const onAdapter = adapter === undefined ? it.skip : it
  onAdapter('names the graphics adapter', async () => {
    const { stdout } = await dice(['doctor', '--json'], { environment: adapter! })
    const findings = JSON.parse(stdout) as { name: string; ok: boolean; device?: string; software?: string }[]
    const { ok, device, software } = findings.find(({ name }) => name === 'engine graph-webgpu')!
    assert.ok(ok && device !== undefined)
    if (/SwiftShader|llvmpipe/.test(device)) assert.is(software, 'yes')
  })
})
