// The table of commands. Each loads its own code only when it is asked for, so that `dice --version` loads nothing.
import type { Command } from './command.ts'

export interface CommandRow {
  /** After the command's name: `FILE`. */
  readonly usage: string
  readonly summary: string
  load(): Promise<Command>
}

export const commands = {
  run: {
    usage: 'FILE',
    summary: 'run an experiment, reusing what is stored; write its report',
    load: async () => (await import('./run.ts')).run,
  },
  plan: {
    usage: 'FILE',
    summary: 'show every stage: stored or to run, and what it costs',
    load: async () => (await import('./plan.ts')).plan,
  },
  why: {
    usage: 'FILE [STAGE]',
    summary: 'say what has changed since the nearest stored results',
    load: async () => (await import('./why.ts')).why,
  },
  show: {
    usage: 'KEY',
    summary: 'show a stored result: where it comes from, what is in it',
    load: async () => (await import('./show.ts')).show,
  },
  repro: {
    usage: 'KEY FILE…',
    summary: 'print the command that computes a result again',
    load: async () => (await import('./repro.ts')).repro,
  },
  cache: {
    usage: 'ACTION',
    summary: 'list, size, verify or prune what is stored',
    load: async () => (await import('./cache.ts')).cache,
  },
  check: {
    usage: 'FILE…',
    summary: 'find every mistake in a file without running anything',
    load: async () => (await import('./check.ts')).check,
  },
  fmt: {
    usage: 'FILE…',
    summary: 'format files in place, keeping comments and meaning',
    load: async () => (await import('./fmt.ts')).fmt,
  },
  report: {
    usage: 'FILE',
    summary: 'write the report again from what is stored; runs nothing',
    load: async () => (await import('./report.ts')).report,
  },
  graph: {
    usage: 'FILE',
    summary: 'draw the stages of an experiment and what feeds them',
    load: async () => (await import('./graph.ts')).graph,
  },
  winrate: {
    usage: 'FILE',
    summary: 'win rates, raw and length-controlled, from annotations',
    load: async () => (await import('./winrate.ts')).winrate,
  },
  doctor: {
    usage: '',
    summary: 'say what this machine offers: engines, cores, the store',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  verify: {
    usage: '',
    summary: 'hold every engine against double precision, stage by stage',
    load: async () => (await import('./verify.ts')).verify,
  },
} as const satisfies Readonly<Record<string, CommandRow>>

export type CommandName = keyof typeof commands

export const isCommand = (word: string): word is CommandName => Object.hasOwn(commands, word)
