// A report's files on disk, each in one step: a reader never opens half of one.
import { accessSync, constants, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { reported } from '../dice.ts'
import { files } from '../report/files.ts'
import type { Report } from '../report/report.ts'
import { text as summaryText } from '../report/text.ts'
import { DamagedResult } from '../run/store.ts'
import { UsageError } from './command.ts'
import type { Input } from './command.ts'
import { reason } from './load.ts'
import type { Prepared } from './prepare.ts'
import type { Terminal } from './terminal.ts'

/** Where the report goes. Made before anything runs, so that hours of work do not end at a folder that cannot be written. */
export function openReportFolder(input: Input, experiment: string, terminal: Terminal): string {
  const named = input.text('out') ?? join('reports', experiment)
  const folder = resolve(terminal.directory, named)
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch (error) {
    throw new UsageError(`cannot write the report to \`${named}\`: ${reason(error)}; choose another folder with --out DIR`)
  }
}

/** The report, and how many results were found damaged when it read them: those have been set aside and are shown as missing. */
export function readReport({ program, plan, engine, store }: Prepared): { readonly report: Report; readonly damaged: number } {
  for (let damaged = 0; ; damaged++) {
    try {
      return { report: reported(program, plan, engine, store), damaged }
    } catch (error) {
      if (!(error instanceof DamagedResult)) throw error
    }
  }
}

/** `report` is the path of the page as seen from where the command runs. */
export async function writeReport(report: Report, folder: string, terminal: Terminal): Promise<{ report: string; summary: string }> {
  for (const [name, text] of Object.entries(await files(report))) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    const beside = `${path}.${process.pid}.tmp`
    writeFileSync(beside, text)
    renameSync(beside, path)
  }
  return { report: relative(terminal.directory, join(folder, 'report.html')), summary: summaryText(report) }
}
