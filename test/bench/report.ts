// The numbers of a run as rows of text.
import type { Answer } from './peer.ts'

export interface Measurement {
  readonly size: string
  readonly task: string
  readonly threads: number
  /** Average number of processes that wanted a core during the last minute: above the number of cores, trust only processor time. */
  readonly load: number
  readonly versions: Readonly<Record<string, string>>
  /** By contender; the first is ours. */
  readonly rounds: readonly Readonly<Record<string, Answer>>[]
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** A line for each rival: its time and ours as medians over all repetitions, and our time over its, round by round. */
export function table({ size, task, threads, load, rounds }: Measurement): string {
  const lines = [`${size}, ${task}, ${threads} thread${threads === 1 ? '' : 's'} (load ${load.toFixed(1)})`]
  const [ours, ...rivals] = Object.keys(rounds[0]!)
  for (const rival of rivals) {
    const error = [ours!, rival].map((name) => rounds[0]![name]!.error).find((each) => each !== undefined)
    if (error !== undefined) {
      lines.push(`  ${rival.padEnd(11)} ${error}`)
      continue
    }
    const ratio = (which: 0 | 1): string => {
      const ratios = rounds.map((round) => typical(round[ours!]!, which) / typical(round[rival]!, which))
      return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`
    }
    const time = (name: string): string => (1e3 * median(rounds.map((round) => typical(round[name]!, 0)))).toFixed(1)
    const memory = [ours!, rival].map((name) => rounds[0]![name]!.megabytes).join(' / ')
    lines.push(
      `  ${rival.padEnd(11)} ${time(ours!)} / ${time(rival)} ms, wall ${ratio(0)}, processor ${ratio(1)}, memory ${memory} MB`,
    )
  }
  return lines.join('\n')
}

const typical = ({ times = [] }: Answer, which: 0 | 1): number => median(times.map((time) => time[which]))
