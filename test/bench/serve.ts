// Our side of the benchmark as a process: requests name an engine as their variant. Started by main.ts with the number of threads.
import { createInterface } from 'node:readline'
import type { Engine } from '../../src/tensor/engine.ts'
import { engineIdentity, isEngineName, resolveEngine } from '../../src/tensor/index.ts'
import { type Work, work } from './ours.ts'
import type { Answer, Request } from './peer.ts'
import { sizes } from './sizes.ts'

const threads = Number(process.argv[2])
const engines = new Map<string, Engine>()
const ready = new Map<string, Work>()

async function engineOf(name: string): Promise<Engine> {
  const known = engines.get(name)
  if (known !== undefined) return known
  if (!isEngineName(name)) throw new Error(`there is no engine ${name}`)
  const { engine, rejected } = await resolveEngine(name, { threads })
  if (engine === undefined) throw new Error(rejected.map(({ reason }) => reason).join('; '))
  engines.set(name, engine)
  return engine
}

async function timed({ task, variant, size, repeat }: Request): Promise<Answer> {
  const key = `${variant} ${task}`
  const known = ready.get(key)
  const found = known ?? work(await engineOf(variant), Object.values(sizes).find(({ config }) => sameSize(config, size))!, task)
  ready.set(key, found)
  if (known === undefined) await found(1) // compiles
  return { times: await found(repeat), megabytes: Math.round(process.resourceUsage().maxRSS / 1024) }
}

const sameSize = (config: object, size: object): boolean => JSON.stringify(config) === JSON.stringify(size)

console.log(JSON.stringify({ versions: { 'graph-cpu': engineIdentity('graph-cpu') } }))
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await timed(JSON.parse(line) as Request).catch((error: Error): Answer => ({ error: error.message, megabytes: 0 }))
  console.log(JSON.stringify(answer))
}
