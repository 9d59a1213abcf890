// `npm run bench`: our stages beside what they replace, taking turns in one run. Prints ratios and writes every number to a file.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { root } from '../root.ts'
import { type Answer, openWorker, type Worker } from './peer.ts'
import { type Measurement, table } from './report.ts'
import { sizes, type Task } from './sizes.ts'

/** What each task is measured against; `eager-wasm` is ours, the others are peers.py's. */
const rivals: Readonly<Record<Task, readonly string[]>> = {
  train: ['eager', 'compiled', 'eager-wasm'],
  dpo: ['eager', 'compiled', 'trl', 'eager-wasm'],
  sample: ['loop', 'generate'],
  score: ['eager', 'compiled'],
  shared: ['eager'],
}

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: process.env['DICE_BENCH_PYTHON'] ?? 'python3' },
    size: { type: 'string', multiple: true, default: Object.keys(sizes) },
    task: { type: 'string', multiple: true, default: Object.keys(rivals) },
    rival: { type: 'string', multiple: true },
    threads: { type: 'string', multiple: true, default: ['1', '2'] },
    rounds: { type: 'string', default: '5' },
    out: { type: 'string', default: join(root, 'dist/bench.json') },
  },
})

const here = fileURLToPath(new URL('.', import.meta.url))
const source = join(here, `serve${extname(import.meta.url)}`)
const python = join(root, 'test/bench/peers/peers.py')

const runtime = 'Deno' in globalThis ? ['run', '-A'] : []
const openOurs = (threads: number): Promise<Worker | undefined> => openWorker(process.execPath, [...runtime, source], threads)
const openPeers = (threads: number): Promise<Worker | undefined> => openWorker(options.python, [python], threads)

async function measure(size: keyof typeof sizes, task: Task, threads: number): Promise<Measurement> {
  const { config, shapes } = sizes[size]
  const ours = await openOurs(threads)
  const wasm = await openOurs(threads)
  const peers = await openPeers(threads)
  const wanted = rivals[task].filter((name) => options.rival?.includes(name) ?? (name !== 'eager-wasm' || (size === 'small' && threads === 1)))
  const contenders = [
    { name: 'graph-cpu', worker: ours },
    ...wanted.map((name) => ({ name, worker: name === 'eager-wasm' ? wasm : peers })),
  ]
  const rounds: Record<string, Answer>[] = []
  const repeat = size === 'small' && (task === 'train' || task === 'dpo') ? 8 : task === 'sample' ? 1 : 3
  for (let round = 0; round < Number(options.rounds); round++) {
    const answers: Record<string, Answer> = {}
    for (const { name, worker } of contenders) {
      const shape = { ...shapes[task], steps: repeat + 1 }
      const request = { task: task === 'shared' && worker === peers ? 'score' as const : task, variant: name, size: config, shape, repeat }
      answers[name] = rounds[0]?.[name]?.error !== undefined ? rounds[0][name] :
        await worker?.ask(request) ?? { error: 'absent', megabytes: 0 }
    }
    rounds.push(answers)
  }
  for (const worker of [ours, wasm, peers]) worker?.close()
  return { size, task, threads, load: loadavg()[0]!, versions: { ...ours?.versions, ...peers?.versions }, rounds }
}

mkdirSync(dirname(options.out), { recursive: true })
const measurements: Measurement[] = []
console.log(`${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${process.version}`)
for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
  if (!options.size.includes(size)) continue
  for (const threads of options.threads.map(Number)) {
    for (const task of Object.keys(rivals) as Task[]) {
      if (!options.task.includes(task)) continue
      const measurement = await measure(size, task, threads)
      measurements.push(measurement)
      console.log(table(measurement))
      writeFileSync(options.out, `${JSON.stringify(measurements, null, 1)}\n`)
    }
  }
}
