// What a command may touch: two streams and a few facts about where it runs. Tests pass others in.

export interface Terminal {
  /** Data: what another program would read. */
  readonly out: (text: string) => void
  /** Everything for people: progress, diagnostics, summaries. */
  readonly err: (text: string) => void
  readonly color: boolean
  /** Standard error is a terminal that can redraw a line. */
  readonly live: boolean
  readonly columns: number
  readonly directory: string
  readonly now: () => number
  /** From the first call on, Ctrl-C aborts this signal; before, and the second time, it ends the process at once. */
  readonly interrupt: () => AbortSignal
}

/** 0 done; 1 a stage failed or something is missing; 2 the input is at fault; 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130

export const paint = {
  bold: (terminal: Terminal, text: string) => (terminal.color ? `\u001b[1m${text}\u001b[22m` : text),
  dim: (terminal: Terminal, text: string) => (terminal.color ? `\u001b[2m${text}\u001b[22m` : text),
  red: (terminal: Terminal, text: string) => (terminal.color ? `\u001b[31m${text}\u001b[39m` : text),
  green: (terminal: Terminal, text: string) => (terminal.color ? `\u001b[32m${text}\u001b[39m` : text),
} as const
